import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RUNTIME_FILE } from '@shared/service';
import { testRedisUrl } from '@shared/testing';
import { expect, test } from 'vitest';
import { openShell } from './taskyard.ts';

test('without configuration, the platform that runs in this folder is asked', async () => {
  await using shell = await openShell();
  const announcement = join(shell.folder, RUNTIME_FILE);
  await mkdir(dirname(announcement), { recursive: true });
  const env = { REDIS_URL: testRedisUrl(), QUEUE_PREFIX: shell.prefix };
  await writeFile(announcement, JSON.stringify({ env }));
  const silent = { REDIS_URL: undefined, QUEUE_PREFIX: undefined };

  const enqueued = await shell.call(['enqueue', 'platform.keep-house', '--id', 'tidy']);
  const seen = await shell.start(['status', 'tidy'], { env: silent }).finished;

  expect(enqueued).toMatchObject({ code: 0, out: 'tidy\n' });
  expect(seen).toMatchObject({ code: 0, err: '' });
  expect(seen.out).toMatch(/status +queued/);
});
