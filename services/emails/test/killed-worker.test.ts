import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sendWelcomeEmail } from '@shared/contracts';
import { migrate } from '@shared/database';
import { createProducer } from '@shared/queue';
import { testDatabaseUrl, testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { startFakeMailApi } from './fake-mail-api.ts';

const fixture = fileURLToPath(new URL('./fixtures/worker.ts', import.meta.url));

const start = (env: Record<string, string>) => {
  const child = spawn(process.execPath, [fixture], { env, stdio: 'ignore' });
  return { child, [Symbol.dispose]: () => void child.kill('SIGKILL') };
};

test('a worker that is killed with its mail at the second provider sends it there again, as the same mail', async () => {
  await using first = await startFakeMailApi({ script: [{ status: 503, body: {} }] });
  await using second = await startFakeMailApi({ script: [{ status: 0, hang: true }] });
  const [databaseUrl, prefix, redisUrl] = [await testDatabaseUrl(), uniquePrefix(), testRedisUrl()];
  await migrate(databaseUrl);
  const env = {
    REDIS_URL: redisUrl,
    DATABASE_URL: databaseUrl,
    QUEUE_PREFIX: prefix,
    FIRST_URL: first.url,
    SECOND_URL: second.url,
  };
  await using producer = createProducer({ redisUrl, prefix });
  const taken = second.nextTaken();
  using killed = start(env);
  const payload = { userEmail: 'ada@example.com', userName: 'Ada', username: 'ada' };
  const job = await producer.enqueue(sendWelcomeEmail, payload);
  await taken;

  killed.child.kill('SIGKILL');
  using _next = start(env);
  const result = await job.result({ timeoutMs: 50_000 });

  const messageId = `<${job.id}@taskyard.example>`;
  expect(result).toEqual({ provider: 'mailgun', messageId });
  expect(first.taken).toEqual([]);
  expect(second.taken.map(({ headers }) => headers['message-id'])).toEqual([messageId, messageId]);
});
