import { Agent, get, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { listen } from '../src/listen.ts';

const HOST = '127.0.0.1';

/** Asks over a connection that is kept alive. */
const ask = (port: number, agent: Agent): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ port, host: HOST, agent }, (response) => {
      text(response).then(resolve, reject);
    }).on('error', reject);
  });

test('a request under way is answered, then the server is gone', async () => {
  const arrived = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const handler: RequestListener = (_request, response) => {
    arrived.resolve();
    void answer.promise.then(() => response.end('done'));
  };
  const server = await listen(handler, { port: 0, host: HOST, graceMs: 5_000 });
  const agent = new Agent({ keepAlive: true });
  const asked = ask(server.port, agent);
  await arrived.promise;

  const closed = server[Symbol.asyncDispose]();
  await expect(ask(server.port, new Agent())).rejects.toThrow('ECONNREFUSED');
  answer.resolve();

  await expect(asked).resolves.toBe('done');
  const startedAt = performance.now();
  await closed;
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

test('a kept-alive connection that idles does not hold the server', async () => {
  const server = await listen((_, response) => void response.end('ok'), {
    port: 0,
    host: HOST,
    graceMs: 10_000,
  });
  const agent = new Agent({ keepAlive: true });
  await ask(server.port, agent);
  const startedAt = performance.now();

  await server[Symbol.asyncDispose]();

  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

test('an answer that does not end is cut off when the grace is over', async () => {
  const arrived = Promise.withResolvers<void>();
  const server = await listen(() => arrived.resolve(), { port: 0, host: HOST, graceMs: 50 });
  const asked = ask(server.port, new Agent());
  const refused = expect(asked).rejects.toThrow('socket hang up');
  await arrived.promise;

  await server[Symbol.asyncDispose]();

  await refused;
});

test('a port that is taken is named with its variable', async () => {
  const options = { host: HOST, graceMs: 100 };
  await using first = await listen(() => {}, { ...options, port: 0 });

  await expect(listen(() => {}, { ...options, port: first.port })).rejects.toMatchObject({
    code: 'port_taken',
    message: expect.stringContaining('PORT'),
  });
});
