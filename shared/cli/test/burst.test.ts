import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createArqClient, createRqClient } from '@shared/interop';
import { openCelery } from '@shared/interop/celery';
import { testRedisUrl } from '@shared/testing';
import { expect, test } from 'vitest';
import { openShell, type Shell, TASKS } from './taskyard.ts';

const PYTHON_TASKS = `
import { definePythonTask } from '@shared/contracts';
import { implement } from '@shared/queue';

export default [
  implement(definePythonTask('double', { queue: 'default' }), ({ args: [n] }) => n * 2),
];
`;

const database = (number: number) => new URL(`/${number}`, testRedisUrl()).href;

const uniqueName = () => `burst-${randomBytes(4).toString('hex')}`;

const pythonWorker = async (shell: Shell, args: readonly string[], env = {}) => {
  const include = join(shell.folder, 'tasks.ts');
  await writeFile(include, PYTHON_TASKS);
  return shell.start(['worker', '--include', include, '--burst', ...args], { env });
};

test('a burst worker does what is there, and ends', async () => {
  await using shell = await openShell();
  for (const b of ['1', '2', '3']) {
    await shell.call([
      'enqueue',
      'sums.add',
      `{"a":1,"b":${b}}`,
      '--id',
      `sum-${b}`,
      '--include',
      TASKS,
    ]);
  }

  const { code } = await shell.start(['worker', '--include', TASKS, '--burst']).finished;

  expect(code).toBe(0);
  expect((await shell.call(['result', 'sum-3'])).out).toContain('4');
});

test('a worker of at most two jobs leaves the third', async () => {
  await using shell = await openShell();
  for (const b of ['1', '2', '3']) {
    await shell.call(['enqueue', 'sums.add', `{"a":1,"b":${b}}`, '--include', TASKS]);
  }

  const args = ['worker', '--include', TASKS, '--max-jobs', '2', '--concurrency', '1'];
  const { code } = await shell.start(args).finished;
  const { out } = await shell.call(['info', '--json']);

  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ sums: { queued: 1, complete: 2 } });
});

test('a burst worker of RQ works its queues off, or as many jobs as it may', async () => {
  await using shell = await openShell();
  const [queue, redisUrl] = [uniqueName(), database(1)];
  await using client = createRqClient({ redisUrl });
  const jobs = [];
  for (const n of [1, 2, 3]) jobs.push(await client.enqueue('double', [n], { queue }));
  const refused = await client.enqueue('nobody', [], { queue });
  const args = ['--rq-name', queue, '-Q', queue, '--concurrency', '1'];
  const env = { RQ_REDIS_URL: redisUrl };

  const first = await (await pythonWorker(shell, [...args, '--max-jobs', '2'], env)).finished;
  const between = await Promise.all(jobs.map((job) => job.status()));
  const second = await (await pythonWorker(shell, args, env)).finished;

  expect([first.code, second.code]).toEqual([0, 0]);
  expect(between).toEqual(['finished', 'finished', 'queued']);
  expect(await jobs[2]?.result()).toBe(6);
  expect(await refused.status()).toBe('failed');
});

test('a burst worker of ARQ waits for deferred jobs too, as ARQ’s does', async () => {
  await using shell = await openShell();
  const [queue, redisUrl] = [uniqueName(), database(1)];
  await using client = createArqClient({ redisUrl });
  const now = await client.enqueue('double', [2], { queue });
  const later = await client.enqueue('double', [4], { queue, delayMs: 1_500 });

  const worker = await pythonWorker(shell, ['--arq-queue', queue], { ARQ_REDIS_URL: redisUrl });
  const { code } = await worker.finished;

  expect(code).toBe(0);
  expect([await now?.result(), await later?.result()]).toEqual([4, 8]);
});

test('a burst worker of Celery works its queue off', async () => {
  await using shell = await openShell();
  const [queue, brokerUrl] = [uniqueName(), database(3)];
  await using celery = openCelery({ brokerUrl });
  const sent = await Promise.all([5, 6].map((n) => celery.enqueue('double', [n], { queue })));

  const args = ['--celery-nodename', 'burst@test', '-Q', queue];
  const worker = await pythonWorker(shell, args, { CELERY_BROKER_URL: brokerUrl });
  const { code } = await worker.finished;

  expect(code).toBe(0);
  expect(await Promise.all(sent.map((result) => result.get({ timeoutMs: 1_000 })))).toEqual([
    10, 12,
  ]);
});
