import { z } from 'zod';
import type { TaskLimits } from '../limit.ts';
import { defineTask, type PythonName, type Task, type TaskPolicy } from '../task.ts';
import { storedValues } from './stored-values.ts';

/** What a Python program calls a task with: positional and keyword arguments. */
export type PythonCall = {
  args: unknown[];
  kwargs: Record<string, unknown>;
};

/** A task that takes Python arguments as they come and answers with anything. */
export type PythonTask = Task<
  { args?: unknown[] | undefined; kwargs?: Record<string, unknown> | undefined },
  PythonCall
>;

const payload = z.strictObject({
  args: z.array(z.unknown()).default(() => []),
  kwargs: z.record(z.string(), z.unknown()).default(() => ({})),
});

/**
 * Defines a task by the name that Celery, RQ or ARQ programs call it by, as in
 * `definePythonTask('proj.tasks.add', { queue: 'celery' })`. Its payload is `{ args, kwargs }`; integers
 * past 2⁵³ arrive as bigint, bytes as Uint8Array, datetimes with a zone as Date. One attempt unless told,
 * as in Python: the caller's protocol says what is tried again.
 *
 * @throws {InvalidOptionError} for a name or a policy value out of range.
 */
export const definePythonTask = (
  name: string,
  {
    queue,
    acksLate,
    ignoreResult,
    ...policy
  }: { queue: string } & Pick<PythonName, 'acksLate' | 'ignoreResult'> &
    Partial<TaskPolicy> &
    TaskLimits,
): PythonTask =>
  defineTask({
    attempts: 1,
    backoff: { type: 'fixed', delayMs: 0 },
    ...policy,
    name,
    queue,
    payload,
    result: z.unknown(),
    python: {
      name,
      args: [],
      ...(acksLate === undefined ? {} : { acksLate }),
      ...(ignoreResult === undefined ? {} : { ignoreResult }),
    },
    codec: storedValues,
  });
