import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cleanupExpiredSessions } from '@shared/contracts';
import { migrate } from '@shared/database';
import { createProducer } from '@shared/queue';
import { eventually, testDatabaseUrl, testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';

const LEASE_MS = 3_000;

const logLine = z.looseObject({ msg: z.string(), healthPort: z.number().optional() });

const run = (env: Record<string, string>) =>
  spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
    env: { PATH: process.env['PATH'], BEAT_LEASE_MS: String(LEASE_MS), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const closing = async (child: ChildProcess) => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
};

/** A beat in a process of its own, ready. */
const startProcess = async (env: Record<string, string>) => {
  const child = run(env);
  let healthPort: number | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, healthPort: port } = logLine.parse(JSON.parse(line));
    if (msg === 'beat ready') {
      healthPort = port;
      break;
    }
  }
  child.stdout.resume();
  const get = (path: string) => fetch(`http://127.0.0.1:${healthPort}${path}`);
  return {
    child,
    get,
    role: async () => {
      const { checks } = z
        .object({ checks: z.object({ beat: z.object({ role: z.string() }) }) })
        .parse(await (await get('/health/ready')).json());
      return checks.beat.role;
    },
    [Symbol.asyncDispose]: () => closing(child),
  };
};

const environmentOf = async () => {
  const DATABASE_URL = await testDatabaseUrl();
  await migrate(DATABASE_URL);
  return { REDIS_URL: testRedisUrl(), QUEUE_PREFIX: uniquePrefix(), DATABASE_URL };
};

test('when the leading process is killed, another leads within the lease', async () => {
  const env = await environmentOf();
  await using one = await startProcess(env);
  await eventually(async () => expect(await one.role()).toBe('leader'));
  await using two = await startProcess(env);
  expect(await two.role()).toBe('follower');

  one.child.kill('SIGKILL');
  await once(one.child, 'close');
  const killedAt = Date.now();

  await eventually(async () => expect(await two.role()).toBe('leader'), { timeoutMs: 10_000 });
  // One second more, since followers ask once a second; and one for a busy machine.
  expect(Date.now() - killedAt).toBeLessThan(LEASE_MS + 2_000);
});

test('a leading process that was stopped for longer than its lease follows when it goes on', async () => {
  const env = await environmentOf();
  await using one = await startProcess(env);
  await eventually(async () => expect(await one.role()).toBe('leader'));
  await using two = await startProcess(env);

  one.child.kill('SIGSTOP');
  await eventually(async () => expect(await two.role()).toBe('leader'), { timeoutMs: 10_000 });
  one.child.kill('SIGCONT');

  await eventually(async () => expect(await one.role()).toBe('follower'));
  expect(await two.role()).toBe('leader');
});

test('a process runs maintenance, shows its metrics and ends with exit code 0', async () => {
  const env = await environmentOf();
  await using beat = await startProcess(env);
  await using producer = createProducer({ redisUrl: env.REDIS_URL, prefix: env.QUEUE_PREFIX });

  const job = await producer.enqueue(cleanupExpiredSessions, {});
  await expect(job.result({ timeoutMs: 10_000 })).resolves.toEqual({
    sessions: 0,
    passwordResets: 0,
  });
  await eventually(async () => expect(await beat.role()).toBe('leader'));
  const metrics = await (await beat.get('/metrics')).text();
  beat.child.kill('SIGTERM');
  const [exitCode] = await once(beat.child, 'close');

  expect(metrics).toContain('taskyard_beat_leader 1');
  expect(exitCode).toBe(0);
  expect(await producer.redis.exists(`{${env.QUEUE_PREFIX}}:beat-leader`)).toBe(0);
});

test('a process that is configured wrongly says what is wrong and exits 1', async () => {
  const child = run({ BEAT_LEASE_MS: '10' });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });

  const [exitCode] = await once(child, 'close');

  expect(exitCode).toBe(1);
  expect(complaint).toMatch(/^Cannot start: DATABASE_URL must be set .*BEAT_LEASE_MS must be/);
});
