import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createArqClient } from '@shared/interop';
import { testRedisUrl } from '@shared/testing';
import { expect, test } from 'vitest';
import { openShell } from './taskyard.ts';

const TASKS = `
import { definePythonTask } from '@shared/contracts';
import { arq } from '@shared/interop';
import { implement } from '@shared/queue';

export default [
  implement(definePythonTask('greet', { queue: 'arq' }), ({ args: [name] }, attempt) => ({
    text: \`Hello \${name}\`,
    jobTry: arq(attempt).jobTry,
  })),
];
`;

test('a worker told of an ARQ queue serves its clients', async () => {
  await using shell = await openShell();
  const queue = `arq:cli-${randomBytes(4).toString('hex')}`;
  const redisUrl = `${testRedisUrl().replace(/\/\d*$/, '')}/1`;
  const include = join(shell.folder, 'tasks.ts');
  await writeFile(include, TASKS);
  const args = ['worker', '--include', include, '--arq-queue', queue, '--concurrency', '1'];
  const worker = shell.start(args, { env: { ARQ_REDIS_URL: redisUrl } });
  await worker.line(/ serves /);
  await using client = createArqClient({ redisUrl });

  const job = await client.enqueue('greet', ['Ada'], { queue });

  expect(await job?.result()).toEqual({ text: 'Hello Ada', jobTry: 1 });
  worker.signal('SIGTERM');
  expect((await worker.finished).code).toBe(0);
});

test('a wrong ARQ setting is one clear error', async () => {
  await using shell = await openShell();
  const include = join(shell.folder, 'tasks.ts');
  await writeFile(include, TASKS);

  const args = ['worker', '--include', include, '--arq-queue', 'arq:queue'];
  const { code, err } = await shell.start(args, { env: { ARQ_SERIALIZER: 'yaml' } }).finished;

  expect(code).not.toBe(0);
  expect(err).toMatch(/ARQ_SERIALIZER/);
});
