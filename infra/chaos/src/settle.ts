import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal, type JobStatus } from '@shared/contracts';
import { JobNotFoundError, PlatformError } from '@shared/errors';
import type { Producer } from '@shared/queue';

const POLL_MS = 200;
const AT_ONCE = 100;

export type Ends = ReadonlyMap<string, JobStatus | 'gone'>;

/** Waits until all of these jobs have ended, and resolves to how; what has not within the time is as it is. */
export const waitForEnds = async (
  producer: Producer,
  jobIds: readonly string[],
  withinMs: number,
): Promise<Ends> => {
  const ends = new Map<string, JobStatus | 'gone'>();
  const deadline = Date.now() + withinMs;
  let open = [...new Set(jobIds)];
  while (open.length > 0) {
    for (let at = 0; at < open.length; at += AT_ONCE) {
      const some = open.slice(at, at + AT_ONCE);
      const found = await Promise.all(some.map((id) => statusOf(producer, id)));
      for (const [i, id] of some.entries()) ends.set(id, found[i] ?? 'gone');
    }
    open = open.filter((id) => !isSettled(ends.get(id)));
    if (Date.now() > deadline) break;
    await sleep(POLL_MS);
  }
  return ends;
};

/** A job that is not there may be in the spool still. */
const isSettled = (status: JobStatus | 'gone' | undefined) =>
  status !== undefined && status !== 'gone' && isFinal(status);

const statusOf = async (producer: Producer, id: string): Promise<JobStatus | 'gone'> => {
  try {
    return await (await producer.jobById(id)).status();
  } catch (error) {
    if (error instanceof JobNotFoundError) return 'gone';
    if (error instanceof PlatformError) return 'queued'; // Redis is not back yet.
    throw error;
  }
};
