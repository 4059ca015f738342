import { InvalidPayloadError, InvalidResultError } from '@shared/errors';
import type { z } from 'zod';
import type { Task } from './task.ts';

/**
 * The payload as the handler gets it, defaults filled in.
 *
 * @throws {InvalidPayloadError} naming the first field that does not fit.
 */
export const parsePayload = <Input, Payload>(
  task: Pick<Task<Input, Payload>, 'name' | 'payload'>,
  payload: unknown,
): Payload => {
  const parsed = task.payload.safeParse(payload);
  if (parsed.success) return parsed.data;
  const { path, problem } = firstProblem(parsed.error);
  throw new InvalidPayloadError(task.name, path, problem);
};

/**
 * The result as the contract promises it.
 *
 * @throws {InvalidResultError} naming the first field that does not fit.
 */
export const parseResult = <Result>(
  task: Pick<Task<unknown, unknown, Result>, 'name' | 'result'>,
  result: unknown,
): Result => {
  const parsed = task.result.safeParse(result);
  if (parsed.success) return parsed.data;
  const { path, problem } = firstProblem(parsed.error);
  throw new InvalidResultError(task.name, path, problem);
};

/** Zod names an unknown field in its message only; a caller wants it as the path. */
const firstProblem = (error: z.ZodError) => {
  const issue = error.issues[0];
  if (issue === undefined) return { path: '', problem: 'does not fit' };
  const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  return {
    path: [...issue.path, ...unknownKey].map(String).join('.'),
    problem: unknownKey.length > 0 ? 'is no field of this task' : issue.message,
  };
};
