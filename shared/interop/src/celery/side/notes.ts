import { deflateSync, inflateSync } from 'node:zlib';
import type { Attempt, Foreign } from '@shared/queue';
import { z } from 'zod';
import { readEnvelope } from '../message/envelope.ts';
import { readTask, type ReadTaskOptions } from '../message/read-task.ts';
import type { TaskMessage } from '../message/task-message.ts';

/** What is kept with a job that came from a Celery queue. */
const schema = z.object({
  /** The message as it lay in the queue, as {@link packMessage} keeps it. */
  message: z.string(),
  /** The queue it was taken from. */
  from: z.string(),
  /** What its sender called this message; a restored one is the same, a second one of its id is not. */
  source: z.string(),
  /** What it is held by until its outcome is stored; absent when it was acknowledged before. */
  tag: z.string().optional(),
  /** Seconds after which it is stopped, as the message or a command of `control time_limit` said. */
  hard: z.number().optional(),
  soft: z.number().optional(),
});

/** The message that a job was made of. */
export const readMessage = ({ message }: Notes, options: ReadTaskOptions): TaskMessage =>
  readTask(readEnvelope(unpackMessage(message)), options);

/** Messages larger than this are kept deflated: a job has room for one copy of its arguments, not for two. */
const PLAIN_BYTES = 65_536;

const DEFLATED = 'deflated:';

/** A message as it is kept with its job. */
export const packMessage = (text: string): string =>
  text.length <= PLAIN_BYTES ? text : DEFLATED + deflateSync(text).toString('base64');

/** No envelope begins like a deflated one: it is JSON. */
const unpackMessage = (kept: string): string =>
  kept.startsWith(DEFLATED)
    ? inflateSync(Buffer.from(kept.slice(DEFLATED.length), 'base64')).toString()
    : kept;

export type Notes = z.infer<typeof schema>;

export const readNotes = (foreign: Foreign | null): Notes | undefined =>
  schema.safeParse(foreign).data;

const KEPT = 10_000;

/** The messages of jobs, read once for each job in most cases. */
export const createMessages = (options: ReadTaskOptions) => {
  const known = new Map<string, { text: string; message: TaskMessage }>();
  return {
    /** Remembers a message that a job was just made of. */
    keep(jobId: string, text: string, message: TaskMessage): void {
      known.set(jobId, { text, message });
      if (known.size > KEPT) known.delete(known.keys().next().value ?? '');
    },
    of({ jobId }: Pick<Attempt, 'jobId'>, notes: Notes): TaskMessage {
      const { message: text } = notes;
      const found = known.get(jobId);
      if (found?.text === text) return found.message;
      const message = readMessage(notes, options);
      known.set(jobId, { text, message });
      return message;
    },
    forget: (jobId: string): void => void known.delete(jobId),
  };
};

export type Messages = ReturnType<typeof createMessages>;
