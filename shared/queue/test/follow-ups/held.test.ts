import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedServer, startRedis } from '@shared/embedded';
import { createProducer, type HeldJob, implement } from '@shared/queue';
import { eventually, uniquePrefix } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { createFollowers, hear, idle, mourn, speak, speaking } from './tasks.ts';

test('a job of an outbox is followed once, though it is delivered twice', async () => {
  const { seen, handlers } = createFollowers();
  await using platform = await startPlatform({ handlers: [speaking, ...handlers] });
  const held: HeldJob[] = [];
  const transaction = { hold: async (job: HeldJob) => void held.push(job) };
  await platform.enqueue(speak, { words: 'held' }, { transaction, onSuccess: hear });

  for (const job of [...held, ...held]) await platform.producer.deliver(job);
  await eventually(() => expect(seen).toHaveLength(1));
  await idle(platform);

  expect(seen).toMatchObject([{ payload: { said: 'held' } }]);
});

/** A Redis that is away until it is called back. */
const awayRedis = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'taskyard-follow-'));
  const options = { directory: join(folder, 'redis'), appendOnly: true };
  const first = await startRedis(options);
  await first.stop();
  const servers: EmbeddedServer[] = [];
  return {
    url: first.url,
    spool: join(folder, 'spool'),
    back: async () => void servers.push(await startRedis({ ...options, port: first.port })),
    async [Symbol.asyncDispose]() {
      for (const server of servers) await server.stop();
      await rm(folder, { recursive: true });
    },
  };
};

test('what follows a job that is done inline is done inline as well', async () => {
  await using redis = await awayRedis();
  const { seen, handlers } = createFollowers();
  await using producer = createProducer({
    redisUrl: redis.url,
    handlers: [speaking, ...handlers],
  });
  const options = { whenDown: 'inline', onSuccess: hear, onFailure: mourn } as const;

  const job = await producer.enqueue(speak, { words: 'here' }, options);
  const failing = producer.enqueue(speak, { words: 'here', final: true }, options);

  await expect(job.result()).resolves.toMatchObject({ said: 'here' });
  await expect(failing).rejects.toMatchObject({ code: 'lost_voice' });
  expect(seen).toMatchObject([
    { task: 'ears.hear', payload: { said: 'here' } },
    { task: 'ears.mourn', payload: { error: { code: 'lost_voice', message: 'no voice' } } },
  ]);
});

test('or is kept in the spool, if there is one, until the queue is back', async () => {
  await using redis = await awayRedis();
  const prefix = uniquePrefix();
  await using producer = createProducer({
    redisUrl: redis.url,
    prefix,
    handlers: [speaking],
    spoolDirectory: redis.spool,
  });
  const options = { whenDown: 'inline', onSuccess: hear } as const;

  await producer.enqueue(speak, { words: 'here' }, options);
  await redis.back();

  await eventually(
    async () => expect((await producer.queueCounts())['ears']).toMatchObject({ queued: 1 }),
    { timeoutMs: 30_000 },
  );
});

test('inline is refused, before the work, where nobody could do what follows', async () => {
  await using redis = await awayRedis();
  let ran = false;
  const noting = implement(speak, () => {
    ran = true;
    return { said: '', attempt: 1 };
  });
  await using producer = createProducer({ redisUrl: redis.url, handlers: [noting] });

  const refused = producer.enqueue(speak, { words: 'x' }, { whenDown: 'inline', onSuccess: hear });

  await expect(refused).rejects.toMatchObject({ code: 'invalid_option', path: 'whenDown' });
  expect(ran).toBe(false);
});
