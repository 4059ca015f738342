import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SCENARIOS } from './scenarios.ts';
import { vectors } from './vectors.ts';

const recorded = new Set(vectors.map(({ scenario }) => scenario));

test('every recorded scenario is checked somewhere', () => {
  const checked = Object.entries(SCENARIOS).filter(([, checks]) => checks.length > 0);

  expect([...recorded].filter((name) => !checked.some(([known]) => known === name))).toEqual([]);
});

test('what is checked with Python programs is checked in a file that is there', () => {
  const files = new Set(Object.values(SCENARIOS).flat());
  const missing = [...files]
    .filter((check) => check.endsWith('.test.ts'))
    .filter((file) => {
      return !existsSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)));
    });

  expect(missing).toEqual([]);
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
