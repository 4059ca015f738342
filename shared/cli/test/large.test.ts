import { randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createArqClient, createRqClient } from '@shared/interop';
import { testRedisUrl } from '@shared/testing';
import { expect, test } from 'vitest';
import { openShell } from './taskyard.ts';

const TASKS = `
import { definePythonTask } from '@shared/contracts';
import { implement } from '@shared/queue';

export default [
  implement(definePythonTask('proj.twice', { queue: 'default' }), ({ args: [text] }) => text + text),
];
`;

/** More than Redis is given of a payload, and of a result. */
const LETTERS = 1_200_000;

test('what RQ and ARQ programs send and get may be larger than Redis is given', async () => {
  await using shell = await openShell();
  const redisUrl = new URL('/1', testRedisUrl()).href;
  const [queue, arqQueue] = ['rq', 'arq'].map(
    (name) => `large-${name}-${randomBytes(4).toString('hex')}`,
  );
  const include = join(shell.folder, 'tasks.ts');
  await writeFile(include, TASKS);
  const storage = join(shell.folder, 'storage');
  const args = ['--rq-name', queue ?? '', '-Q', queue ?? '', '--arq-queue', arqQueue ?? ''];
  const worker = shell.start(['worker', '--include', include, ...args], {
    env: { RQ_REDIS_URL: redisUrl, ARQ_REDIS_URL: redisUrl, STORAGE_URL: `file:${storage}` },
  });
  await worker.line(/ serves /);
  await using rq = createRqClient({ redisUrl });
  await using arq = createArqClient({ redisUrl });
  const text = randomBytes(LETTERS / 2).toString('hex');

  const byRq = await rq.enqueue('proj.twice', [text], { queue: queue ?? '' });
  const byArq = await arq.enqueue('proj.twice', [text], { queue: arqQueue ?? '' });

  expect((await byRq.result()) === text + text).toBe(true);
  expect((await byArq?.result()) === text + text).toBe(true);
  const stored = await readdir(storage, { recursive: true });
  expect(stored.filter((name) => name.includes('payload')).length).toBeGreaterThan(1);
});
