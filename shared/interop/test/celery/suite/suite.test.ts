import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { FILES_APART, TESTS_APART } from './apart.ts';
import { isSuiteRelease, openCelerySuite } from './celery-suite.ts';
import { collectTests, type PythonOutcome, runTests } from './pytest-run.ts';
import { shardsOf } from './shards.ts';

/** So many pytests at once, each with a Redis and a worker: they wait more than they work. */
const SHARDS = 4;

const LONG_MS = 900_000;

/** Starts a worker with settings of its own, which would share the queue with one that has others. */
const ALONE = 'test_dedup_chain_dispatch.py';

const FOLDER = 't/integration/';

/** `CELERY_SUITE=5.7.0 npx vitest run …` runs that release's. */
const { CELERY_SUITE: release = '5.6.3' } = process.env;
if (!isSuiteRelease(release))
  throw new Error(`The suite of Celery ${release} was never looked at.`);
const [filesApart, testsApart] = [FILES_APART[release], TESTS_APART[release]];

const suite = await openCelerySuite(release);
if ('missing' in suite) {
  process.stderr.write(`Celery's own suite is not run: ${suite.missing}. ${suite.fix}\n`);
}

describe.skipIf('missing' in suite)('with a worker of ours in the place of Celery’s', async () => {
  if ('missing' in suite) return;
  const all = await readdir(join(suite.folder, FOLDER));
  const files = all.filter((file) => file.startsWith('test_') && !(file in filesApart));
  const tests = await collectTests(
    suite,
    files.toSorted().map((file) => FOLDER + file),
  );
  const asked = tests.filter((name) => !(name.slice(FOLDER.length) in testsApart));
  let running: Promise<Map<string, PythonOutcome>>[] = [];

  beforeAll(() => {
    const [alone, others] = [true, false].map((is) =>
      asked.filter((name) => name.includes(ALONE) === is),
    );
    const shards = [alone ?? [], ...shardsOf(others ?? [], SHARDS)];
    running = shards.flatMap((shard) => (shard.length === 0 ? [] : [runTests(suite, shard)]));
  });

  test('what is left out exists', () => {
    const names = tests.map((name) => name.slice(FOLDER.length));
    expect(names).toEqual(expect.arrayContaining(Object.keys(testsApart)));
    expect(all).toEqual(expect.arrayContaining(Object.keys(filesApart)));
  });

  test.for(asked)('%s', { timeout: LONG_MS }, async (name, { skip }) => {
    const outcomes = await Promise.all(running);

    const outcome = outcomes.flatMap((shard) => shard.get(name) ?? [])[0];

    if (outcome?.outcome === 'skipped') skip(outcome.why);
    expect(outcome).toEqual({ outcome: 'passed', why: '' });
  });
});
