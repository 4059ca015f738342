import type { Job } from './job.ts';
import type { AnyTask, Task } from './task.ts';

/** The part of a producer that `task.delay(…)` needs; `@shared/queue` has the real one. */
export type DelayProducer = {
  enqueue<Input, Payload, Result>(
    task: Task<Input, Payload, Result>,
    payload: Input,
  ): Promise<Job<Result>>;
};

let defaultProducer: (() => DelayProducer) | undefined;

/** Set once by `@shared/queue`, so that contracts need not know how jobs are enqueued. */
export const setDefaultProducer = (producer: () => DelayProducer): void => {
  defaultProducer = producer;
};

export const delay = <Input, Payload, Result>(
  task: Task<Input, Payload, Result>,
  payload: Input,
): Promise<Job<Result>> => {
  if (defaultProducer === undefined) return Promise.reject(noProducer(task));
  return defaultProducer().enqueue(task, payload);
};

const noProducer = ({ name }: AnyTask) =>
  new Error(`${name}.delay() needs a producer: import '@shared/queue' in this process first.`);
