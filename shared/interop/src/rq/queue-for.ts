import type { AnyTask } from '@shared/contracts';
import type { Host } from '../host/side.ts';

/** Where a job goes: the worker in this process serves RQ's queues under their names, if it was told to. */
export const queueFor = (
  { worker }: Host,
  { queue: own }: AnyTask,
  queue: string,
): { queue?: string } => {
  if (worker === null) return {};
  if (worker.queues.includes(queue)) return { queue };
  const [first] = worker.queues;
  return worker.queues.includes(own) || first === undefined ? {} : { queue: first };
};
