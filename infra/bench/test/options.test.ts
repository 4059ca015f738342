import { expect, test } from 'vitest';
import { readOptions, usage } from '../src/options.ts';
import { suites } from '../src/suites/index.ts';

const namesOf = (args: readonly string[]) =>
  readOptions(args, suites).suites.map(({ name }) => name);

test('every suite runs unless some are named, by option or without', () => {
  expect(namesOf([])).toEqual(suites.map(({ name }) => name));
  expect(namesOf(['--suite', 'memory'])).toEqual(['memory']);
  expect(namesOf(['latency', 'memory'])).toEqual(['latency', 'memory']);
  expect(namesOf(['latency,memory', '--suite', 'latency'])).toEqual(['latency', 'memory']);
});

test('five rounds of ten thousand jobs unless told', () => {
  expect(readOptions([], suites)).toMatchObject({ rounds: 5, jobs: 10_000, check: false });
  expect(readOptions(['--rounds', '3', '--jobs', '500', '--check'], suites)).toMatchObject({
    rounds: 3,
    jobs: 500,
    check: true,
  });
});

test.for([
  { wrong: 'an unknown suite', args: ['celeri'], path: 'suite' },
  { wrong: 'no rounds', args: ['--rounds', '0'], path: 'rounds' },
  { wrong: 'jobs in words', args: ['--jobs', 'many'], path: 'jobs' },
  { wrong: 'an unknown option', args: ['--fast'], path: 'arguments' },
])('$wrong is refused by name', ({ args, path }) => {
  expect(() => readOptions(args, suites)).toThrow(expect.objectContaining({ path }));
});

test('the help names every suite', () => {
  for (const { name } of suites) expect(usage(suites)).toContain(name);
});
