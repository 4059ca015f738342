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
const TIMEOUT_MS = 600_000;

/**
 * Those that look at jobs from outside. The suite's others read the lines that ARQ's worker logs and the fields
 * of its object, give it options that are Python functions, have it keep results in ways of its own, or give the
 * worker two seconds from start to end.
 */
const TESTS = [
  ...[
    'run_check_passes',
    'run_check_error',
    'run_check_error2',
    'return_exception',
    'error_success',
    'repeat_job_result',
    'custom_serializers',
    'deserialization_error',
    'incompatible_serializers_1',
    'incompatible_serializers_2',
  ].map((name) => `tests/test_worker.py::test_${name}`),
  ...[
    'enqueue_job',
    'enqueue_job_different_queues',
    'enqueue_job_nested',
    'enqueue_job_nested_custom_serializer',
    'enqueue_job_custom_queue',
    'job_error',
    'custom_try',
    'custom_try2',
    'cant_pickle_result',
  ].map((name) => `tests/test_main.py::test_${name}`),
  'tests/test_jobs.py::test_deserialize_result',
];

test('ARQ’s own tests of jobs pass with our worker', { timeout: TIMEOUT_MS }, async (context) => {
  const pytest = ['pytest==8.4.2', 'pytest-asyncio==0.23.8', 'pytest-mock==3.14.0'];
  const needs = [...pytest, 'msgpack==1.1.2', 'dirty-equals==0.9.0', 'pytz==2025.2'];
  const suite = await ensurePeerSuite('arq==0.28.0', needs);
  if ('missing' in suite) return context.skip(suite.missing);
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'arq-suite-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const engine = opened.use(await startRedis({ directory: join(folder, 'engine') }));
  // The suite empties its whole server before each test: it gets one of its own.
  const redis = opened.use(await startRedis({ directory: join(folder, 'arq') }));
  const workers = join(folder, 'workers.sock');
  opened.use(
    await startWorkerService({
      path: workers,
      tasks: new URL('tasks.ts', import.meta.url),
      env: { REDIS_URL: engine.url, LOG_LEVEL: 'warn' },
    }),
  );

  const { code, summary } = await runPytest(suite, {
    plugins: [HERE, SHARED],
    args: ['-p', 'arq_suite', ...TESTS],
    env: { SUITE_REDIS: redis.url, SUITE_WORKERS: workers },
    timeoutMs: TIMEOUT_MS,
  });

  const passed = Number(/(\d+) passed/.exec(summary)?.[1] ?? 0);
  expect(passed, summary).toBeGreaterThanOrEqual(TESTS.length);
  expect(code).toBe(0);
});
