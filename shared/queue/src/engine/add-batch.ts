import type { Keys } from '../keys.ts';
import type { Scripts } from './scripts.ts';

export type NewJob = {
  queue: string;
  id: string;
  task: string;
  /** The envelope as JSON. */
  data: string;
  /** 1–10, 1 first: BullMQ runs what has none before all. */
  enginePriority: number;
  /** In ms since the epoch. */
  enqueuedAt: number;
  /** In ms since the epoch; 0 = at once. */
  dueAt: number;
};

type Pending = NewJob & {
  resolve: (taken: boolean) => void;
  reject: (error: unknown) => void;
};

/** A script blocks Redis while it runs: 200 jobs are about 4 ms. */
const MAX_BATCH = 200;

/**
 * Adds jobs, one script for all that one turn of the event loop asks for.
 *
 * @returns a function that resolves to whether the id was taken already.
 */
export const createAddBatch = (scripts: Scripts, keys: Keys) => {
  let pending: Pending[] = [];

  const flush = () => {
    const batch = pending;
    pending = [];
    if (batch.length > 0) send(batch).catch(() => undefined);
  };

  const send = async (batch: Pending[]) => {
    try {
      const taken = await run(batch);
      for (const [i, job] of batch.entries()) job.resolve(taken[i] === 1);
    } catch (error) {
      for (const job of batch) job.reject(error);
    }
  };

  const run = async (batch: NewJob[]): Promise<readonly number[]> => {
    const queues = [...new Set(batch.map(({ queue }) => queue))];
    const jobs = batch.flatMap((job) => [
      queues.indexOf(job.queue) + 1,
      job.id,
      job.task,
      job.data,
      '{}',
      job.enginePriority,
      job.enqueuedAt,
      job.dueAt,
    ]);
    // The script returns one flag a job.
    return (await scripts.add(
      queues.length,
      ...queues.map(keys.base),
      Date.now(),
      keys.jobChannel,
      ...jobs,
    )) as number[];
  };

  return (job: NewJob): Promise<boolean> =>
    new Promise((resolve, reject) => {
      pending.push({ ...job, resolve, reject });
      if (pending.length === 1) setImmediate(flush);
      else if (pending.length >= MAX_BATCH) flush();
    });
};
