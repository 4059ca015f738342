import { expect, test } from 'vitest';
import { z } from 'zod';
import { catalogue, defineLimit, defineTask, parsePayload, priorityNumber } from '../src/index.ts';

const define = (change: object) =>
  defineTask({ name: 'a.b', queue: 'a', payload: z.strictObject({}), result: z.void(), ...change });

test.for([
  { option: 'name', change: { name: 'two words' } },
  { option: 'name', change: { name: 'a:b' } },
  { option: 'queue', change: { queue: 'with:colon' } },
  { option: 'attempts', change: { attempts: 0 } },
  { option: 'timeoutMs', change: { timeoutMs: 1.5 } },
  { option: 'backoff', change: { backoff: { type: 'fixed', delayMs: -1 } } },
  { option: 'concurrency', change: { concurrency: 0 } },
  { option: 'rate', change: { rate: { max: 0, perMs: 1_000 } } },
  { option: 'limit', change: { limit: 'no limit name' } },
])('a task with $option out of range is refused by name', ({ option, change }) => {
  expect(() => define(change)).toThrow(
    expect.objectContaining({ code: 'invalid_option', path: option }),
  );
});

test('a limit without a sensible rule is refused', () => {
  expect(() => defineLimit('stripe', { concurrency: -1 })).toThrow('concurrency');
});

test('every task of the catalogue has a name of its own that starts with what it is about', () => {
  const names = catalogue.map(({ name }) => name);

  expect(new Set(names).size).toBe(names.length);
  expect(names.every((name) => /^[a-z]+\.[a-z0-9-]+$/.test(name))).toBe(true);
});

test('every argument that Python gives by place is a field of its payload', () => {
  for (const { name, python, payload } of catalogue) {
    const fields: readonly string[] =
      payload instanceof z.ZodObject ? Object.keys(payload.shape) : [];
    expect(python?.args.every((field) => fields.includes(field)) ?? true, name).toBe(true);
  }
});

test('defaults are filled in and the first field at fault is named', () => {
  const task = defineTask({
    name: 'a.c',
    queue: 'a',
    payload: z.strictObject({ deep: z.strictObject({ size: z.int().default(3) }) }),
    result: z.void(),
  });

  expect(parsePayload(task, { deep: {} })).toEqual({ deep: { size: 3 } });
  expect(() => parsePayload(task, { deep: { size: 'x' } })).toThrow(
    expect.objectContaining({ path: 'deep.size' }),
  );
  expect(() => parsePayload(task, { deep: { other: 1 } })).toThrow(
    expect.objectContaining({ path: 'deep.other' }),
  );
});

test('named priorities are numbers, 0 first', () => {
  expect((['critical', 'high', 'default', 'low', 9] as const).map(priorityNumber)).toEqual([
    0, 2, 5, 8, 9,
  ]);
});
