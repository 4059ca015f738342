import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRedis } from '@shared/embedded';
import type { CelerySuite } from './celery-suite.ts';

/** What became of one Python test. */
export type PythonOutcome = { outcome: 'passed' | 'failed' | 'skipped'; why: string };

/** As the plugin tells it. */
type Line = {
  test: string;
  part?: string;
  outcome: 'collected' | 'rerun' | PythonOutcome['outcome'];
  why?: string;
};

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const WORKER = [
  process.execPath,
  here('../../../../cli/bin/taskyard.mjs'),
  'worker',
  '--include',
  here('tasks.ts'),
  '--celery-nodename',
  '{nodename}',
  '-Q',
  'celery',
  '--concurrency',
  '{concurrency}',
];

/** Has pytest say which tests there are. */
export const collectTests = async (suite: CelerySuite, files: readonly string[]) => {
  const lines = await pytest(suite, ['--collect-only', ...files], {});
  return lines.map(({ test }) => test);
};

/** Runs tests with a Redis and a worker of their own. */
export const runTests = async (
  suite: CelerySuite,
  tests: readonly string[],
): Promise<Map<string, PythonOutcome>> => {
  const directory = await mkdtemp(join(tmpdir(), 'celery-suite-'));
  try {
    await using redis = await startRedis({ directory: join(directory, 'redis') });
    const { hostname, port } = new URL(redis.url);
    // Some wait for milliseconds; on a busy machine one more try is what Celery's own builds give them.
    const lines = await pytest(suite, ['--reruns', '1', ...tests], {
      // The suite keeps its traces in database 0, and has the tasks leave them there.
      REDIS_HOST: hostname,
      REDIS_PORT: port,
      REDIS_URL: `${redis.url}/0`,
      TEST_BACKEND: `${redis.url}/0`,
      TEST_BROKER: `${redis.url}/1`,
      SUITE_WORKER: JSON.stringify(WORKER),
      SUITE_WORKER_LOG: join(directory, 'worker.log'),
    });
    return outcomesOf(lines);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

const pytest = async (
  { folder, python, env }: CelerySuite,
  args: readonly string[],
  more: Record<string, string>,
): Promise<Line[]> => {
  const directory = await mkdtemp(join(tmpdir(), 'celery-suite-'));
  const outcomes = join(directory, 'outcomes');
  const plugins = ['no:cacheprovider', 'celery.contrib.pytest', 'serve_with_ours'];
  const flags = ['-q', '-c', 'pyproject.toml', ...plugins.flatMap((name) => ['-p', name])];
  const child = spawn(python, ['-m', 'pytest', ...flags, ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONPATH: [env.PYTHONPATH, folder, here('.')].join(':'),
      SUITE_WORKER: '[]',
      SUITE_OUTCOMES: outcomes,
      ...more,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => said.push(chunk));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  const text = await readFile(outcomes, 'utf8').catch(() => '');
  await rm(directory, { recursive: true, force: true });
  // 1: some failed.
  if (code === 0 || code === 1) return text.trimEnd().split('\n').map(asLine);
  throw new Error(`pytest ended with ${code}: ${Buffer.concat(said).toString().slice(-4_000)}`);
};

const asLine = (text: string) => JSON.parse(text) as Line; // Written by the plugin.

const outcomesOf = (lines: readonly Line[]): Map<string, PythonOutcome> => {
  const outcomes = new Map<string, PythonOutcome>();
  for (const { test, outcome, why = '' } of lines) {
    if (outcome === 'collected') continue;
    if (outcome === 'rerun') outcomes.delete(test);
    else if (outcomes.get(test)?.outcome !== 'failed') {
      const isSilent = outcome === 'passed' && outcomes.has(test);
      if (!isSilent) outcomes.set(test, { outcome, why });
    }
  }
  return outcomes;
};
