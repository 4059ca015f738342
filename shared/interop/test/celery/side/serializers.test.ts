import { celeryEnvironment, celeryOptionsOf } from '@shared/interop/celery';
import { openDeadLetters } from '@shared/queue';
import { silentLogger } from '@shared/service';
import { currentCelery, eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Console, openConsole } from './console.ts';
import { HANDLERS } from './handlers.ts';
import { type CeleryPlace, openCelery } from './start-celery.ts';

let celery: CeleryPlace;
let python: Console;

/** What Python's kombu can write messages with beside JSON. */
const requirements = ['msgpack==1.1.2', 'PyYAML==6.0.3'];

beforeAll(async () => {
  celery = await openCelery({ db: 19, resultDb: 19 });
  const found = await currentCelery({ name: 'serializers', requirements });
  if ('missing' in found) throw new Error(`${found.missing}. ${found.fix}`);
  const { brokerUrl: broker_url, backendUrl: result_backend } = celery;
  python = openConsole(found, { broker_url, result_backend });
  const environment = {
    CELERY_BROKER_URL: broker_url,
    CELERY_ACCEPT_CONTENT: 'json, msgpack,yaml',
  };
  const set = z.object(celeryEnvironment).parse(environment);
  const { accept } = celeryOptionsOf(set, { prefix: '', log: silentLogger() }) ?? {};
  await celery.worker(HANDLERS, accept === undefined ? {} : { accept });
});

afterAll(async () => {
  await python?.[Symbol.asyncDispose]();
  await celery?.[Symbol.asyncDispose]();
});

const VALUES = `[1, 2.5, 'é', None, True, [{'a': []}], -2**40]`;

test.for(['json', 'msgpack', 'yaml'])('arguments written as %s arrive', async (serializer) => {
  const sent = `app.send_task('proj.echo', ${VALUES}, {'k': [1]}, serializer='${serializer}')`;

  const same = `${sent}.get(timeout=30) == {'args': ${VALUES}, 'kwargs': {'k': [1]}}`;
  expect(await python.run(same)).toBe(true);
});

const step = (...args: number[]) => `sig('proj.add', ${args.join()}).set(serializer='msgpack')`;

test('a chain whose steps are written as msgpack goes on', async () => {
  expect(await python.run(`chain(${step(1, 2)}, ${step(10)})().get(timeout=30)`)).toBe(13);
});

test.for(['zlib', 'bzip2', 'lzma', 'gzip'])(
  'a body packed with %s is read',
  async (compression) => {
    const packed = `app.send_task('proj.echo', ['x' * 100_000], compression='${compression}')`;

    expect(await python.run(`${packed}.get(timeout=30)['args'] == ['x' * 100_000]`)).toBe(true);
  },
);

test('what is not accepted is a dead letter, and its sender waits as with Python', async () => {
  const { redisUrl, prefix } = celery;
  await using deadLetters = openDeadLetters({ redisUrl, prefix });

  await python.run(`pickled = app.send_task('proj.add', [1, 2], serializer='pickle')`);

  await eventually(async () => {
    const { deadLetters: found } = await deadLetters.list({});
    expect(found).toMatchObject([{ reason: expect.stringContaining('is not accepted') }]);
  });
  expect(await python.run(`pickled.state`)).toBe('PENDING');
});
