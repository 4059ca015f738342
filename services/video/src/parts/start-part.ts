import { createHash } from 'node:crypto';
import { isFinal, type Job, type Task } from '@shared/contracts';
import type { Attempt } from '@shared/queue';

/** A job that a video's own job waits for. */
export type Part<Result = unknown> = {
  /** As in `720p`. */
  name: string;
  /** How much of the work it is, beside the others. */
  weight: number;
  job: Job<Result>;
};

/**
 * Enqueues a part under an id that follows from the parent's: another attempt of the parent finds the
 * parts that run or are done, and only what failed is begun anew.
 */
export const startPart = async <Input, Payload, Result>(
  { name, weight }: Omit<Part, 'job'>,
  { task, payload }: { task: Task<Input, Payload, Result>; payload: Input },
  attempt: Pick<Attempt, 'jobId' | 'fence' | 'tags' | 'enqueue'>,
): Promise<Part<Result>> => {
  const parent = shortened(attempt.jobId);
  const start = (id: string) => attempt.enqueue(task, payload, { id, tags: [...attempt.tags] });
  const job = await start(`${name}.${parent}`);
  if (!job.duplicate) return { name, weight, job };
  const status = await job.status();
  if (status === 'complete' || !isFinal(status)) return { name, weight, job };
  return { name, weight, job: await start(`${name}.${attempt.fence.toString(36)}.${parent}`) };
};

const LONGEST = 160;

/** Ids have 200 characters at most. */
const shortened = (jobId: string): string =>
  jobId.length <= LONGEST ? jobId : createHash('sha256').update(jobId).digest('hex');
