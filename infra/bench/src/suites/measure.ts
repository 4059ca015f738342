import type { Manner } from '../peers/commands.ts';
import type { RunningSide } from '../peers/sides.ts';
import type { Bench } from '../suite.ts';
import { JobsMissingError } from './jobs-missing-error.ts';

/** Enqueues jobs and tells how many a second. */
export const enqueueOn = async (
  { producer }: Pick<RunningSide, 'producer'>,
  order: {
    queue: string;
    jobs: number;
    manner: Manner;
    payloadBytes: number;
    groups?: number;
  },
): Promise<number> => {
  const { ms } = await producer.ask('enqueue', order);
  return (order.jobs / ms) * 1_000;
};

/**
 * Lets a worker empty a queue and tells how fast and at what cost.
 *
 * @throws {JobsMissingError} not every job is recorded as complete: then there is nothing to compare.
 */
export const drainOn = async (
  { meter }: Pick<Bench, 'meter'>,
  { name, worker, completedKey }: Pick<RunningSide, 'name' | 'worker' | 'completedKey'>,
  order: { queue: string; jobs: number; concurrency: number },
) => {
  const before = await meter.use();
  const drained = await worker.ask('drain', order);
  const after = await meter.use();
  const complete = await meter.sortedSetSize(completedKey(order.queue));
  if (complete !== order.jobs) throw new JobsMissingError(name, complete, order.jobs);
  return {
    jobsPerSecond: (drained.jobs / drained.ms) * 1_000,
    workerMicros: drained.cpuMicros / drained.jobs,
    redisMicros: (after.cpuMicros - before.cpuMicros) / order.jobs,
    redisCommands: (after.commands - before.commands) / order.jobs,
  };
};
