import { expect, test } from 'vitest';
import { SCENARIOS } from './scenarios.ts';
import { vectors } from './vectors.ts';

const recorded = new Set(vectors.map(({ scenario }) => scenario));

test('every recorded scenario is checked somewhere', () => {
  const checked = Object.entries(SCENARIOS).filter(([, checks]) => checks.length > 0);

  expect([...recorded].filter((name) => !checked.some(([known]) => known === name))).toEqual([]);
});

test('no check is for a scenario that was never recorded', () => {
  expect(Object.keys(SCENARIOS).filter((name) => !recorded.has(name))).toEqual([]);
});

test('both releases of a recording are there, where both have the feature', () => {
  const single = [...recorded].filter(
    (name) => vectors.filter(({ scenario }) => scenario === name).length !== 2,
  );

  expect(single.toSorted()).toEqual([
    'control-revoke-by-stamped-headers',
    'event-stamped-extended',
    'produce-stamps',
  ]);
});
