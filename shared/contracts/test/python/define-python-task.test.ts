import { definePythonTask, parsePayload } from '@shared/contracts';
import { expect, test } from 'vitest';

test('a Python task takes a call as it is, once', () => {
  const add = definePythonTask('proj.tasks.add', { queue: 'celery', timeoutMs: 5_000 });

  expect(add).toMatchObject({
    name: 'proj.tasks.add',
    queue: 'celery',
    attempts: 1,
    timeoutMs: 5_000,
  });
  expect(parsePayload(add, { args: [2, 3n] })).toEqual({ args: [2, 3n], kwargs: {} });
  expect(() => parsePayload(add, { args: 'no list' })).toThrow(/args/);
});
