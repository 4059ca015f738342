import { expect, test } from 'vitest';
import { holds, quantile, summarise } from '../src/metric.ts';

test('a metric is the medians of both sides, and their ratio', () => {
  const runs = [
    { ours: 300, rival: 100 },
    { ours: 100, rival: 80 },
    { ours: 200, rival: 160 },
  ];

  const metric = summarise(runs, { unit: 'jobs/s', better: 'higher' });

  expect(metric).toMatchObject({ ours: 200, rival: 100, ratio: 2, unit: 'jobs/s', runs });
});

test.for([
  { q: 0, value: 1 },
  { q: 0.5, value: 2.5 },
  { q: 1, value: 4 },
])('the quantile $q of 1 to 4 is $value', ({ q, value }) => {
  expect(quantile([4, 2, 1, 3], q)).toBe(value);
});

test.for([
  { better: 'higher', ours: 90, kept: true },
  { better: 'higher', ours: 80, kept: false },
  { better: 'lower', ours: 80, kept: true },
  { better: 'lower', ours: 95, kept: false },
] as const)('$ours to 100 where $better is better: promise kept is $kept', (run) => {
  const { better, ours, kept } = run;

  const metric = summarise([{ ours, rival: 100 }], { unit: 'x', better, must: 0.9 });

  expect(holds(metric)).toBe(kept);
});
