import { expect, test } from 'vitest';
import type { Outcome } from '../src/outcome.ts';
import { describe, explainSkips, summarize } from '../src/report.ts';

const outcome = (change: Partial<Outcome>): Outcome => ({
  name: '@shared/queue:test',
  passed: 0,
  failed: 0,
  skipped: [],
  seconds: 1.25,
  output: [],
  ...change,
});

test('the last line counts everything', () => {
  const outcomes = [outcome({ passed: 3 }), outcome({ passed: 2, failed: 1 })];

  expect(summarize(outcomes)).toBe('5 passed, 1 failed');
});

test('skipped tests stand in the last line only if there are any, and each is named', () => {
  const skipped = [{ name: 'draws the page', reason: 'there is no browser' }];
  const outcomes = [outcome({ passed: 3, skipped })];

  expect(summarize(outcomes)).toBe('3 passed, 0 failed, 1 skipped');
  expect(explainSkips(outcomes)).toBe(
    'skipped: @shared/queue:test: draws the page (there is no browser)',
  );
});

test('a line tells at a glance what failed', () => {
  expect(describe(outcome({ passed: 3 }))).toMatch(/^✓ @shared\/queue:test +3 passed +1\.3 s$/);
  expect(describe(outcome({ passed: 3, failed: 1 }))).toMatch(/^✗ .* 3 passed, 1 failed +1\.3 s$/);
});
