import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createThumbnail } from '@shared/contracts';
import { createProducer } from '@shared/queue';
import { testDatabaseUrl, testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { createCall } from './call.ts';
import { followEvents } from './follow-events.ts';
import { registered } from './people.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

const start = (env: Record<string, string>): ChildProcess =>
  // From the root folder, so that no running platform lends it its environment.
  spawn(process.execPath, [MAIN], { env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });

/** The process's log, and its port once it listens. */
const listening = async (child: ChildProcess) => {
  const lines: Record<string, unknown>[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    const entry = JSON.parse(line) as Record<string, unknown>; // Every line is JSON.
    lines.push(entry);
    if (entry['msg'] === 'api listening') return Number(entry['port']);
  }
  throw new Error(`it ended: ${JSON.stringify(lines)} ${await text(child.stderr!)}`);
};

test('the process migrates, serves, ends its streams at SIGTERM and exits 0', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'api-main-'));
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await using producer = createProducer({ redisUrl, prefix });
  const child = start({
    PORT: '0',
    REDIS_URL: redisUrl,
    QUEUE_PREFIX: prefix,
    DATABASE_URL: await testDatabaseUrl(),
    STORAGE_URL: `file:${folder}`,
  });
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${await listening(child)}`;
  const call = createCall(url);
  const person = await registered({ call });
  const options = { owner: person.id, delayMs: 60_000 };
  const job = await producer.enqueue(createThumbnail, { imageId: 'photo' }, options);
  await using events = await followEvents(url, job.id, person);
  await events.until(({ data }) => data.status === 'scheduled');

  child.kill('SIGTERM');

  await events.toEnd();
  await expect(ended).resolves.toEqual([0, null]);
  await rm(folder, { recursive: true });
});

test.for([
  { what: 'no database', env: {}, says: 'DATABASE_URL must be set' },
  {
    what: 'production without a secret',
    env: { NODE_ENV: 'production', DATABASE_URL: 'postgres://localhost/x' },
    says: 'SESSION_SECRET must be set in production',
  },
  {
    what: 'a database that does not answer',
    env: { DATABASE_URL: 'postgres://postgres@127.0.0.1:9/x' },
    says: 'Database unavailable',
  },
])('with $what the process says so in one line and exits 1', async ({ env, says }) => {
  const child = start(env);
  const ended = once(child, 'exit');

  const stderr = await text(child.stderr!);

  expect(stderr).toContain(says);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  await expect(ended).resolves.toEqual([1, null]);
});
