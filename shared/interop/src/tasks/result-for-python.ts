import type { AnyTask } from '@shared/contracts';
import { takesTheCall } from './payload-of-call.ts';
import { snakeCase } from './snake-case.ts';

/** A task's result as its Python callers read it: keys in snake_case, unless it is a Python task's own. */
export const resultForPython = (task: AnyTask, result: unknown): unknown =>
  takesTheCall(task) ? result : toSnake(result);

const toSnake = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(toSnake);
  if (
    typeof value !== 'object' ||
    value === null ||
    Object.getPrototypeOf(value) !== Object.prototype
  ) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [snakeCase(key), toSnake(item)]),
  );
};
