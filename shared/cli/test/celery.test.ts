import { randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCelery } from '@shared/interop/celery';
import { testRedisUrl } from '@shared/testing';
import { expect, test } from 'vitest';
import { openShell } from './taskyard.ts';

const TASKS = `
import { definePythonTask } from '@shared/contracts';
import { implement } from '@shared/queue';

export default [
  implement(definePythonTask('proj.measure', { queue: 'celery' }), ({ args: [text] }) => text.length),
];
`;

const MEBIBYTE = 1_048_576;

test('a Celery message too large for Redis is a job, whose arguments are in the storage', async () => {
  await using shell = await openShell();
  const queue = `celery-cli-${randomBytes(4).toString('hex')}`;
  const brokerUrl = new URL('/3', testRedisUrl()).href;
  const include = join(shell.folder, 'tasks.ts');
  await writeFile(include, TASKS);
  const args = ['worker', '--include', include, '--celery-nodename', 'cli@test', '-Q', queue];
  const storage = join(shell.folder, 'storage');
  const env = { CELERY_BROKER_URL: brokerUrl, STORAGE_URL: `file:${storage}` };
  const worker = shell.start(args, { env });
  await worker.line(/ serves /);
  await using celery = openCelery({ brokerUrl });
  const text = randomBytes(MEBIBYTE).toString('hex'); // Twice as many letters.

  const result = await celery.enqueue('proj.measure', [text], { queue });

  expect(await result.get({ timeoutMs: 30_000 })).toBe(2 * MEBIBYTE);
  const stored = await readdir(storage, { recursive: true });
  expect(stored.filter((name) => name.includes('payload'))).not.toEqual([]);
  worker.signal('SIGTERM');
  expect((await worker.finished).code).toBe(0);
});
