import { type AnyTask, isFinal } from '@shared/contracts';
import { PlatformError } from '@shared/errors';
import { payloadOfCall } from '../../tasks/payload-of-call.ts';
import { PythonTypeError } from '../../tasks/python-type-error.ts';
import { plainValue } from '../../tasks/python-value.ts';
import type { Host } from '../../host/side.ts';
import { pythonException } from '../ends/python-exception.ts';
import { calledInline } from '../handler/builtin-names.ts';
import { deliveryTagOf } from '../message/envelope.ts';
import type { TaskMessage } from '../message/task-message.ts';
import { type Notes, packMessage, readNotes } from '../side/notes.ts';
import type { SideParts } from '../side/parts.ts';
import type { Held } from './held.ts';
import { jobIdOf } from './job-id.ts';
import { endBeforeItBegan, type Receiver, sourceOf } from './receive.ts';
import { isSentTwice } from './sent-twice.ts';
import type { Unacked } from './unacked.ts';

/** Seconds that a job may run, where a command said so for all of its task. */
export type TimeLimit = { soft: number | null; hard: number | null };

/** How tasks become jobs. */
export type HandOver = {
  /** @returns the job's id; undefined if there is nothing to run. */
  hand(held: Held): Promise<string | undefined>;
  /**
   * Makes a job of a message that lies in its list still, in one step with taking it.
   *
   * @returns also how many more the list has; undefined if it must be taken first.
   */
  claim(held: Held): Promise<{ jobId: string; left: number } | undefined>;
};

/**
 * Makes jobs of held tasks. A message that comes again after a crash finds the job it was made, and adds
 * nothing; another message under the same id is another job.
 */
export const createHandOver = (
  parts: SideParts,
  { producer, worker, tasks }: Host,
  {
    unacked,
    receiver,
    timeLimitOf,
  }: { unacked: Unacked; receiver: Receiver; timeLimitOf(task: string): TimeLimit },
): HandOver => {
  const { options, log, messages } = parts;

  /** The first id that is free or ended, or that this very message has already. */
  const enqueue = async (held: Held, payload: unknown): Promise<string | undefined> => {
    const { message, task } = held;
    const notes = notesOf(held);
    const again = { ...optionsOf(held, notes), origin: 'celery', foreign: notes } as const;
    const id = jobIdOf(message.id);
    messages.keep(id, notes.message, message);
    const job = await producer.enqueue(task, payload, { ...again, id });
    if (!job.duplicate) return job.id;
    const there = readNotes(await producer.foreignOf(job));
    if (there !== undefined) {
      if (there.source === notes.source) return undefined;
      if (isSentTwice(message, messages.of({ jobId: id }, there), there.source)) return undefined;
    }
    const status = await job.status().catch(() => 'complete' as const);
    const next = isFinal(status) ? { id, again: true } : { id: jobIdOf(message.id, notes.source) };
    messages.keep(next.id, notes.message, message);
    const other = await producer.enqueue(task, payload, { ...again, ...next });
    if (other.duplicate && isFinal(status)) return enqueue(held, payload);
    return other.duplicate ? undefined : other.id;
  };

  const isLate = ({ python }: AnyTask) => python?.acksLate ?? options.acksLate;

  const notesOf = ({ delivery, message, task }: Held): Notes => {
    const limit = limitOf(message, timeLimitOf(task.name));
    return {
      message: packMessage(delivery.message),
      from: delivery.queue,
      source: sourceOf(message, delivery),
      ...(isLate(task) ? { tag: delivery.tag } : {}),
      ...(limit.hard === null ? {} : { hard: limit.hard }),
      ...(limit.soft === null ? {} : { soft: limit.soft }),
    };
  };

  const optionsOf = ({ delivery, message, task }: Held, { hard, soft }: Notes) => {
    // What calls another task in its own slot runs where that one does.
    const home = tasks.named(calledInline(message) ?? '')?.queue ?? task.queue;
    const served = worker?.queues ?? [home];
    const [other = home] = served;
    return {
      queue: [delivery.queue, home].find((queue) => served.includes(queue)) ?? other,
      priority: Math.min(Math.max(message.priority, 0), 9) as 0,
      ...(message.expires === null ? {} : { expiresAt: new Date(message.expires.epochMs) }),
      ...timeOptions(hard, soft),
    };
  };

  const hand = async (held: Held): Promise<string | undefined> => {
    const { message, delivery, task } = held;
    const over = endBeforeItBegan(message, parts);
    if (over !== undefined) {
      receiver.revoke(held, over);
      return undefined;
    }
    if (options.deduplicateSuccessful && isLate(task) && (await receiver.wasDone(held))) {
      return undefined;
    }
    let payload: unknown;
    try {
      payload = payloadFor(held);
    } catch (error) {
      if (!(error instanceof PythonTypeError)) throw error;
      receiver.fail(held, pythonException(error));
      return undefined;
    }
    let jobId: string | undefined;
    try {
      jobId = await enqueue(held, payload);
    } catch (error) {
      if (!(error instanceof PlatformError) || error.retryable) throw error;
      receiver.refuse(held, error);
      return undefined;
    }
    // One that has its job already is known; the job lives on without this copy of its message.
    if (jobId === undefined || !isLate(task)) {
      unacked
        .ack(delivery.tag)
        .catch((error: unknown) => log.warn({ error }, 'celery message could not be acknowledged'));
    }
    return jobId;
  };

  /** One that is acknowledged late must be held meanwhile, and one with a rate wait for its turn. */
  const canClaim = ({ message, task }: Held) =>
    !isLate(task) &&
    parts.limits.rateOf(task.name) === null &&
    (message.eta === null || message.eta.epochMs <= Date.now()) &&
    deliveryTagOf(message.envelope) !== undefined;

  const claim = async (held: Held): Promise<{ jobId: string; left: number } | undefined> => {
    if (!canClaim(held)) return undefined;
    const { message, delivery, task } = held;
    try {
      const notes = notesOf(held);
      const id = jobIdOf(message.id);
      messages.keep(id, notes.message, message);
      const claimed = await producer.claim(
        task,
        payloadFor(held),
        { ...optionsOf(held, notes), origin: 'celery', foreign: notes, id },
        { db: options.broker.db, list: delivery.list, message: delivery.message },
      );
      if (claimed === undefined || claimed.job.duplicate) return undefined;
      return { jobId: id, left: claimed.left };
    } catch (error) {
      // Whoever receives it tells what is wrong with it.
      if (error instanceof PythonTypeError || error instanceof PlatformError) return undefined;
      throw error;
    }
  };

  return { hand, claim };
};

const payloadFor = ({ message, task }: Held): unknown => {
  const kwargs = plainValue(message.kwargs) as Record<string, unknown>; // Of a Map.
  return payloadOfCall(task, { args: message.args.map(plainValue), kwargs });
};

/** The message's own limits, else those of its task. */
const limitOf = ({ timeLimit }: TaskMessage, ofTask: TimeLimit): TimeLimit => ({
  hard: timeLimit.hard ?? ofTask.hard,
  soft: timeLimit.soft ?? ofTask.soft,
});

/** A soft limit is what the handler hears of, the hard one what it is given up at. */
const timeOptions = (hard: number | undefined, soft: number | undefined) => {
  const first = soft ?? hard;
  if (first === undefined || first <= 0) return {};
  const grace = hard === undefined ? undefined : Math.max(hard - first, 0) * 1_000;
  return {
    timeoutMs: Math.max(Math.round(first * 1_000), 1),
    ...(grace === undefined ? {} : { killAfterMs: Math.round(grace) }),
  };
};
