import type { AnyTask, PythonCall } from '@shared/contracts';
import { parsePayload } from '@shared/contracts';
import { InvalidPayloadError } from '@shared/errors';
import { z } from 'zod';
import { PythonTypeError } from './python-type-error.ts';
import { snakeCase } from './snake-case.ts';

/**
 * The payload of a task that a Python program called: positional arguments in the order of the
 * contract's `python.args`, keyword arguments in snake_case or as the payload has them. A task of
 * `definePythonTask` takes the call as it is.
 *
 * @throws {PythonTypeError} in the words of Python's own TypeError.
 */
export const payloadOfCall = (task: AnyTask, { args, kwargs }: PythonCall): unknown => {
  if (takesTheCall(task)) return { args, kwargs };
  const payload = { ...named(task, kwargs), ...positional(task, args, kwargs) };
  const shaped = toCamel(payload, task.payload);
  try {
    parsePayload(task, shaped);
  } catch (error) {
    if (!(error instanceof InvalidPayloadError)) throw error;
    throw new PythonTypeError(task.name, wordsOf(task, shaped, error));
  }
  return shaped;
};

/** Whether the task takes Python arguments as they come. */
export const takesTheCall = (task: AnyTask): boolean => {
  const shape = shapeOf(task.payload);
  return shape !== undefined && Object.keys(shape).sort().join() === 'args,kwargs';
};

const functionName = (task: AnyTask): string => {
  const name = task.python?.name ?? task.name;
  return `${name.slice(name.lastIndexOf('.') + 1)}()`;
};

const positional = (task: AnyTask, args: readonly unknown[], kwargs: Record<string, unknown>) => {
  const names = task.python?.args ?? [];
  if (args.length > names.length) {
    const takes = `${names.length} positional argument${names.length === 1 ? '' : 's'}`;
    const given = `${args.length} ${args.length === 1 ? 'was' : 'were'} given`;
    throw new PythonTypeError(task.name, `${functionName(task)} takes ${takes} but ${given}`);
  }
  return Object.fromEntries(
    args.map((value, at) => {
      const name = names[at] ?? '';
      if (Object.hasOwn(kwargs, name) || Object.hasOwn(kwargs, snakeCase(name))) {
        const words = `${functionName(task)} got multiple values for argument '${snakeCase(name)}'`;
        throw new PythonTypeError(task.name, words);
      }
      return [name, value];
    }),
  );
};

const named = (task: AnyTask, kwargs: Record<string, unknown>): Record<string, unknown> => {
  const fields = Object.keys(shapeOf(task.payload) ?? {});
  return Object.fromEntries(
    Object.entries(kwargs).map(([key, value]) => {
      const field = fields.find((name) => name === key || snakeCase(name) === key);
      if (field !== undefined || fields.length === 0) return [field ?? key, value];
      const words = `${functionName(task)} got an unexpected keyword argument '${key}'`;
      throw new PythonTypeError(task.name, words);
    }),
  );
};

type Shape = Readonly<Record<string, z.ZodType>>;

/** The fields of an object schema, whatever it is wrapped in; undefined for all others. */
const shapeOf = (schema: unknown): Shape | undefined => {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodObject ? inner.shape : undefined;
};

const unwrapped = (schema: unknown): unknown => {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodReadonly
  ) {
    return unwrapped(schema.unwrap());
  }
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in);
  return schema;
};

/** Keys of nested objects that the contract knows, as it spells them; all other values untouched. */
const toCamel = (value: unknown, schema: unknown): unknown => {
  const inner = unwrapped(schema);
  if (Array.isArray(value)) {
    return inner instanceof z.ZodArray ? value.map((item) => toCamel(item, inner.element)) : value;
  }
  const shape = shapeOf(inner);
  if (shape === undefined || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => {
        const field = Object.keys(shape).find((name) => name === key || snakeCase(name) === key);
        return field === undefined ? [key, item] : [field, toCamel(item, shape[field])];
      })
      // Python programs send None for what they leave out; an optional field of ours is left out.
      .filter(([key, item]) => item !== null || !isLeftOut(shape[String(key)])),
  );
};

const isLeftOut = (schema: z.ZodType | undefined): boolean =>
  schema !== undefined && schema.safeParse(undefined).success && !schema.safeParse(null).success;

const wordsOf = (task: AnyTask, payload: unknown, error: InvalidPayloadError): string => {
  const shape = shapeOf(task.payload) ?? {};
  const given = Object(payload) as Record<string, unknown>;
  const missing = Object.entries(shape)
    .filter(([name, field]) => given[name] === undefined && !field.safeParse(undefined).success)
    .map(([name]) => `'${snakeCase(name)}'`);
  if (missing.length === 0) {
    const at = (error.path ?? '').split('.').map(snakeCase).join('.');
    return `${functionName(task)} got a bad value for argument '${at}': ${error.why}`;
  }
  const last = missing.at(-1) ?? '';
  const list =
    missing.length < 3 ? missing.join(' and ') : `${missing.slice(0, -1).join(', ')}, and ${last}`;
  const plural = missing.length === 1 ? 'argument' : 'arguments';
  return `${functionName(task)} missing ${missing.length} required positional ${plural}: ${list}`;
};
