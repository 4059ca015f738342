import { expect, test } from 'vitest';
import type { TaskRun } from '../src/nx.ts';
import { taskOutcome } from '../src/task-outcome.ts';

const task = (change: Partial<TaskRun>): TaskRun => ({
  project: '@shared/queue',
  target: 'test',
  ok: true,
  seconds: 2,
  output: [],
  ...change,
});
const results = { passed: 4, failed: 0, skipped: [], seconds: 1 };

test('a test task counts as its tests', () => {
  expect(taskOutcome(task({}), results)).toMatchObject({ passed: 4, failed: 0, seconds: 2 });
  expect(taskOutcome(task({ ok: false }), { ...results, failed: 2 })).toMatchObject({
    passed: 4,
    failed: 2,
  });
});

test('a test task that fails without a failed test is one failure', () => {
  expect(taskOutcome(task({ ok: false }), results)).toMatchObject({ passed: 4, failed: 1 });
});

test('a test task that left no results is one failure, whatever its exit code', () => {
  expect(taskOutcome(task({}), undefined)).toMatchObject({ passed: 0, failed: 1 });
});

test.for(['lint', 'typecheck'])('a %s task counts as one check', (target) => {
  expect(taskOutcome(task({ target }), undefined)).toMatchObject({ passed: 1, failed: 0 });
  expect(taskOutcome(task({ target, ok: false }), undefined)).toMatchObject({
    passed: 0,
    failed: 1,
  });
});
