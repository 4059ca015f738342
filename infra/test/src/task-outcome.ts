import type { TaskRun } from './nx.ts';
import type { Outcome } from './outcome.ts';
import type { TestResults } from './test-results.ts';

/**
 * A lint or typecheck task counts as one check. A test task counts as its tests, and as one more
 * failure when it failed although none of its tests did: a setup that broke, an unhandled error.
 */
export const taskOutcome = (task: TaskRun, results: TestResults | undefined): Outcome => {
  const { ok, seconds, output } = task;
  const named = { name: `${task.project}:${task.target}`, seconds, output };
  if (task.target !== 'test') {
    return { ...named, passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: [] };
  }
  const counted = results ?? { passed: 0, failed: 0, skipped: [] };
  const broken = (!ok && counted.failed === 0) || results === undefined;
  return { ...counted, ...named, failed: counted.failed + (broken ? 1 : 0) };
};
