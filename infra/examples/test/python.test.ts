import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { migrate } from '@shared/database';
import { ensurePythonPackages } from '@shared/embedded';
import { testDatabaseUrl, testRedisUrl, uniquePrefix } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PROGRAMS = join(ROOT, 'infra/examples/python');

const opened = new AsyncDisposableStack();
afterAll(() => opened.disposeAsync());

/** Python's programs and ours share a server, each in a database of its own. */
const redisDatabase = (number: number) => `${testRedisUrl().replace(/\/\d*$/, '')}/${number}`;

let env: Record<string, string>;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-examples-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  env = {
    PATH: process.env['PATH'] ?? '',
    REDIS_URL: testRedisUrl(),
    QUEUE_PREFIX: uniquePrefix(),
    DATABASE_URL: await testDatabaseUrl(),
    STORAGE_URL: `file:${folder}`,
    CELERY_BROKER_URL: redisDatabase(11),
    CELERY_RESULT_BACKEND: redisDatabase(12),
    RQ_REDIS_URL: redisDatabase(13),
    RQ_QUEUES: 'analytics',
    ARQ_REDIS_URL: redisDatabase(14),
  };
  await migrate(env['DATABASE_URL']!);
  await Promise.all(['drawings', 'analytics', 'bridge'].map(startService));
}, 120_000);

const startService = async (name: string) => {
  const main = join(ROOT, 'services', name, 'src/main.ts');
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  opened.defer(() => stop(child));
  for await (const line of createInterface({ input: child.stdout })) {
    if (/(worker|bridge) ready/.test(line)) break;
  }
  child.stdout.resume();
};

const stop = async (child: ChildProcess) => {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
};

const EXAMPLES = [
  {
    library: 'celery',
    requirements: ['celery[redis]==5.7.0'],
    printed: ['celery.svg: 1 path', "generate_svg() got an unexpected keyword argument 'wide'"],
  },
  { library: 'rq', requirements: ['rq==3.0.0'], printed: ["successful: {'duplicate': False}"] },
  {
    library: 'arq',
    requirements: ['arq==0.28.0'],
    printed: ['arq.svg: True, enqueued again: False'],
  },
];

test.for(EXAMPLES)(
  'a plain $library program enqueues, and gets its result',
  { timeout: 120_000 },
  async ({ library, requirements, printed }, { skip }) => {
    const found = await ensurePythonPackages(`examples-${library}`, requirements);
    if ('missing' in found) return skip(`${found.missing}. ${found.fix}`);

    const { stdout } = await promisify(execFile)(found.python, [`${library}_producer.py`], {
      cwd: PROGRAMS,
      env: { ...env, ...found.env, PYTHONDONTWRITEBYTECODE: '1' },
    });

    expect(stdout.trimEnd().split('\n')).toEqual(printed);
  },
);
