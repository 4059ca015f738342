import { type Job, setDefaultProducer, type Task } from '@shared/contracts';
import { environment, parseEnvironment, withRuntimeDefaults } from '@shared/service';
import { z } from 'zod';
import type { EnqueueOptions } from './options.ts';
import { createProducer } from './create-producer.ts';
import type { Producer } from './producer.ts';

let current: Producer | undefined;

/**
 * The process's default producer, behind `enqueue`, `task.delay` and `jobById`: opened at first use
 * from REDIS_URL and QUEUE_PREFIX. It is the one place beside a main.ts that reads the environment, so
 * that a script of three lines can enqueue.
 */
export const defaultProducer = (): Producer => {
  if (current === undefined) {
    const schema = z.object({
      REDIS_URL: environment.REDIS_URL,
      QUEUE_PREFIX: environment.QUEUE_PREFIX,
    });
    const config = parseEnvironment(schema, withRuntimeDefaults(process.env));
    current = createProducer({ redisUrl: config.REDIS_URL, prefix: config.QUEUE_PREFIX });
  }
  return current;
};

/** Makes an already open producer the process's default. */
export const useProducer = (producer: Producer): void => {
  current = producer;
};

/** Closes the default producer, so that the process can end. */
export const closeProducer = async (): Promise<void> => {
  await current?.[Symbol.asyncDispose]();
  current = undefined;
};

setDefaultProducer(defaultProducer);

/** Enqueues one job through the process's default producer; see {@link Producer.enqueue}. */
export const enqueue = <Input, Payload, Result>(
  task: Task<Input, Payload, Result>,
  payload: Input,
  options?: EnqueueOptions<NoInfer<Result>>,
): Promise<Job<Result>> => defaultProducer().enqueue(task, payload, options);

/** Enqueues many jobs through the process's default producer; see {@link Producer.enqueueMany}. */
export const enqueueMany: Producer['enqueueMany'] = (items) => defaultProducer().enqueueMany(items);

/** Finds a job through the process's default producer; see {@link Producer.jobById}. */
export const jobById = <Result = unknown>(id: string): Promise<Job<Result>> =>
  defaultProducer().jobById<Result>(id);

/** Starts a flow through the process's default producer; see {@link Producer.enqueueFlow}. */
export const enqueueFlow: Producer['enqueueFlow'] = (canvas, options) =>
  defaultProducer().enqueueFlow(canvas, options);
