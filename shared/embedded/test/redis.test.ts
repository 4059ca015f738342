import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { startRedis } from '../src/redis.ts';
import { isAlive } from './is-alive.ts';
import { temporaryDirectory } from './temporary-directory.ts';

test('a server that appends still knows after a restart what it was told', async () => {
  await using directory = await temporaryDirectory();
  const options = { directory: join(directory.path, 'redis'), appendOnly: true };

  {
    await using server = await startRedis(options);
    await withRedis(server.url, (redis) => redis.set('greeting', 'hello'));
  }
  await using server = await startRedis(options);

  await expect(withRedis(server.url, (redis) => redis.get('greeting'))).resolves.toBe('hello');
});

test('a server that was killed still knows what it was told', async () => {
  await using directory = await temporaryDirectory();
  const options = {
    directory: directory.path,
    appendOnly: true,
    args: ['--appendfsync', 'always'],
  };

  const killed = await startRedis(options);
  await withRedis(killed.url, (redis) => redis.set('greeting', 'hello'));
  await killed.kill();
  await using server = await startRedis(options);

  await expect(withRedis(server.url, (redis) => redis.get('greeting'))).resolves.toBe('hello');
});

test('it listens on the loopback address only and never evicts', async () => {
  await using directory = await temporaryDirectory();
  await using server = await startRedis({ directory: directory.path });

  const settings = await withRedis(server.url, (redis) =>
    redis.config('GET', 'bind', 'maxmemory-policy', 'save'),
  );

  expect(settings).toEqual(
    expect.arrayContaining(['bind', '127.0.0.1', 'maxmemory-policy', 'noeviction', 'save', '']),
  );
});

test('leaving the scope ends the process', async () => {
  await using directory = await temporaryDirectory();
  const server = await startRedis({ directory: directory.path });
  expect(await isAlive(server.pid)).toBe(true);

  await server[Symbol.asyncDispose]();

  expect(await isAlive(server.pid)).toBe(false);
  await expect(server.exited).resolves.toMatchObject({ code: 0 });
});

test('a port that is taken is named', async () => {
  await using directory = await temporaryDirectory();
  await using first = await startRedis({ directory: join(directory.path, 'first') });

  const second = startRedis({ directory: join(directory.path, 'second'), port: first.port });

  await expect(second).rejects.toMatchObject({
    code: 'embedded_server_failed',
    why: `port ${first.port} is taken`,
  });
});

test('a server that refuses its options is reported with its last lines', async () => {
  await using directory = await temporaryDirectory();

  const server = startRedis({ directory: directory.path, args: ['--no-such-option', 'yes'] });

  await expect(server).rejects.toThrow(
    /did not start: it ended at once \(exit code 1\).*no-such-option/s,
  );
});

const withRedis = async <Answer>(url: string, ask: (redis: Redis) => Promise<Answer>) => {
  const redis = new Redis(url);
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
};
