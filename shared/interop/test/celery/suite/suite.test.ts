import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { FILES_APART, TESTS_APART } from './apart.ts';
import { openCelerySuite } from './celery-suite.ts';
import { collectTests, type PythonOutcome, runTests } from './pytest-run.ts';
import { shardsOf } from './shards.ts';

/** So many pytests at once, each with a Redis and a worker: they wait more than they work. */
const SHARDS = 4;

const LONG_MS = 900_000;

/** Starts a worker with settings of its own, which would share the queue with one that has others. */
const ALONE = 'test_dedup_chain_dispatch.py';

const FOLDER = 't/integration/';

const suite = await openCelerySuite('5.6.3', ['kombu==5.6.2', 'redis==6.4.0']);
if ('missing' in suite) {
  process.stderr.write(`Celery's own suite is not run: ${suite.missing}. ${suite.fix}\n`);
}

describe.skipIf('missing' in suite)('with a worker of ours in the place of Celery’s', async () => {
  if ('missing' in suite) return;
  const all = await readdir(join(suite.folder, FOLDER));
  const files = all.filter((file) => file.startsWith('test_') && !(file in FILES_APART));
  const tests = await collectTests(
    suite,
    files.toSorted().map((file) => FOLDER + file),
  );
  const asked = tests.filter((name) => !(name.slice(FOLDER.length) in TESTS_APART));
  let running: Promise<Map<string, PythonOutcome>>[] = [];

  beforeAll(() => {
    const [alone, others] = [true, false].map((is) =>
      asked.filter((name) => name.includes(ALONE) === is),
    );
    const shards = [alone ?? [], ...shardsOf(others ?? [], SHARDS)];
    running = shards.map((shard) => runTests(suite, shard));
  });

  test('what is left out exists', () => {
    const names = tests.map((name) => name.slice(FOLDER.length));
    expect(names).toEqual(expect.arrayContaining(Object.keys(TESTS_APART)));
    expect(all).toEqual(expect.arrayContaining(Object.keys(FILES_APART)));
  });

  test.for(asked)('%s', { timeout: LONG_MS }, async (name, { skip }) => {
    const outcomes = await Promise.all(running);

    const outcome = outcomes.flatMap((shard) => shard.get(name) ?? [])[0];

    if (outcome?.outcome === 'skipped') skip(outcome.why);
    expect(outcome).toEqual({ outcome: 'passed', why: '' });
  });
});
