import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRedis } from '@shared/embedded';
import { expect, test } from 'vitest';
import { ensurePeerSuite, runPytest } from '../../suite/peer-suite.ts';
import { startWorkerService } from '../../suite/worker-service.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SHARED = fileURLToPath(new URL('../../suite', import.meta.url));
const TIMEOUT_MS = 1_500_000;

/** Files that start workers; those of its cron and its clients are none of ours. */
const ALL =
  'callbacks cli commands decorator dependencies executions group intermediate_queue job job_dependency queue ' +
  'rate_limit registry repeat retry scheduler spawn_worker timeouts webhooks worker';

/** All of them are minutes: a hundred tests that start two workers each. */
const SOME = 'callbacks dependencies rate_limit retry';

const FILES = (process.env['PEER_SUITES'] === 'all' ? ALL : SOME)
  .split(' ')
  .map((name) => `tests/test_${name}.py`);

test('RQ’s own tests of its worker pass with ours', { timeout: TIMEOUT_MS }, async (context) => {
  const pytest = ['pytest==8.4.2', 'pytest-rerunfailures==16.1'];
  const needs = ['redis==6.4.0', ...pytest, 'psutil==7.1.0', 'sentry-sdk==2.38.0'];
  const suite = await ensurePeerSuite('rq==3.0.0', needs);
  if ('missing' in suite) return context.skip(suite.missing);
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'rq-suite-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  // The suite empties databases that it finds empty: it gets a server of its own.
  const redis = opened.use(await startRedis({ directory: folder, args: ['--databases', '32'] }));
  const workers = join(folder, 'workers.sock');
  opened.use(
    await startWorkerService({
      path: workers,
      tasks: new URL('tasks.ts', import.meta.url),
      env: { REDIS_URL: `${redis.url}/31`, LOG_LEVEL: 'warn' },
    }),
  );

  const { code, summary } = await runPytest(suite, {
    plugins: [HERE, SHARED],
    // Its tests go by the clock, which a busy machine may miss once.
    args: ['-p', 'rq_suite', '--reruns', '2', ...FILES],
    env: { SUITE_REDIS: redis.url, SUITE_WORKERS: workers },
    timeoutMs: TIMEOUT_MS,
  });

  const passed = Number(/(\d+) passed/.exec(summary)?.[1] ?? 0);
  expect(passed, summary).toBeGreaterThan(FILES.length * 3);
  expect(summary).not.toMatch(/\bfailed\b/);
  expect(code).toBe(0);
});
