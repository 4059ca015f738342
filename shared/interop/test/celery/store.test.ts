import { Redis } from 'ioredis';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  chain,
  chord,
  createBrokerNames,
  createOutcomeStore,
  createResultNames,
  createResultReader,
  group,
  openCelery,
  planFailure,
  readEnvelope,
  readTask,
  signature,
  type Celery,
  type OutcomeStoreOptions,
  type Signature,
} from '../../src/celery/index.ts';
import type { PickleValue } from '../../src/pickle/index.ts';
import { context, createTestWorker } from './test-worker.ts';

const [BROKER_DB, RESULT_DB] = [11, 12];

const address = (db: number) => {
  const url = new URL(testRedisUrl());
  url.pathname = `/${db}`;
  return url.href;
};

const add = (...args: number[]): Signature => signature('lab.add', args);
const fail = () => signature('lab.fail');
const tsum = () => signature('lab.tsum');

describe.for([
  { layout: 'one server', isChordOrdered: true, apart: false },
  { layout: 'one server, unordered chords', isChordOrdered: false, apart: false },
  { layout: 'two servers', isChordOrdered: true, apart: true },
])('with $layout', ({ isChordOrdered, apart }) => {
  let broker: Redis;
  let results: Redis;
  let celery: Celery;
  const globalKeyprefix = `${uniquePrefix()}:`;
  const names = createBrokerNames({ globalKeyprefix, db: BROKER_DB });
  const resultNames = createResultNames({ globalKeyprefix });
  const queue = names.queueKey('celery');

  beforeAll(() => {
    broker = new Redis(address(BROKER_DB));
    results = new Redis(address(RESULT_DB));
    celery = openCelery({
      brokerUrl: address(BROKER_DB),
      resultUrl: address(RESULT_DB),
      broker: { globalKeyprefix },
      results: { globalKeyprefix },
    });
  });
  afterAll(async () => {
    await celery[Symbol.asyncDispose]();
    broker.disconnect();
    results.disconnect();
  });

  const options = (): OutcomeStoreOptions => ({
    broker: { redis: broker, names, db: BROKER_DB },
    results: { redis: apart ? results : null, names: resultNames, db: RESULT_DB },
    isChordOrdered,
    expiresSeconds: 60,
    prefix: globalKeyprefix,
  });

  const run = async (canvas: Signature, times: number) => {
    const result = await celery.apply(canvas);
    const worker = createTestWorker(broker, options(), queue, times);
    await worker.drain();
    return { result, ran: worker.ran };
  };

  describe.for([1, 2])('and every outcome carried out %i times', (times) => {
    test('a chain, a group and chords give their results, and each task runs once', async () => {
      const canvases: [Signature, unknown, number][] = [
        [chain(add(1, 2), add(3), add(4)), 10, 3],
        [group(add(1, 1), add(2, 2)), [2, 4], 2],
        [chord([add(0, 0), add(1, 1), add(2, 2)], tsum()), 6, 4],
        [chord([], tsum()), 0, 1],
        [chain(group(add(1, 1), add(2, 2)), tsum(), add(10)), 16, 4],
        [chord([chain(add(1, 1), add(2)), add(3, 3)], tsum()), 10, 4],
        [chord([chord([add(1, 1), add(2, 2)], tsum()), add(3, 3)], tsum()), 12, 5],
        [chain(add(1, 1), group(add(1), add(2))), [3, 4], 3],
        [chord([add(1, 1), add(2, 2)], group(signature('lab.identity'), tsum())), [[2, 4], 6], 4],
      ];

      for (const [canvas, meant, runs] of canvases) {
        const { result, ran } = await run(canvas, times);

        const value = await result.get({ timeoutMs: 10_000 });
        expect(isChordOrdered ? value : sortedDeep(value)).toEqual(
          isChordOrdered ? meant : sortedDeep(meant),
        );
        expect(ran).toHaveLength(runs);
        expect(new Set(ran).size).toBe(runs);
      }
    });

    test('a failing member of a chord fails its body and runs its errbacks', async () => {
      const body = signature('lab.tsum', [], { linkError: signature('lab.identity') });

      const { result, ran } = await run(chord([add(1, 1), fail(), add(2, 2)], body), times);

      await expect(result.get({ timeoutMs: 10_000 })).rejects.toMatchObject({
        code: 'celery_task_failed',
        exception: { type: 'ChordError' },
      });
      expect(ran).toHaveLength(4);
    });

    test('what comes after a failing step of a chain has failed', async () => {
      const { result, ran } = await run(chain(add(1, 1), fail(), add(2)), times);

      await expect(result.get({ timeoutMs: 10_000 })).rejects.toMatchObject({
        exception: { type: 'ValueError', args: ['boom'] },
      });
      expect(ran).toHaveLength(2);
    });
  });

  test('a success that is stored stays', async () => {
    const { result } = await run(add(1, 2), 1);
    const key = resultNames.taskKey(result.id);
    const before = await results.get(key);

    const message = readTask(readEnvelope(await lastMessage(celery, broker, queue, result.id)));
    await createOutcomeStore(options()).execute(
      planFailure(
        message,
        { exception: { type: 'ValueError', module: 'builtins', args: [] } },
        context(),
      ),
      message,
      context(),
    );

    expect(await results.get(key)).toBe(before);
    expect(await results.ttl(key)).toBeGreaterThan(0);
  });

  test('a result is heard however late, and whenever it comes', async () => {
    const waiting = await celery.enqueue('lab.add', [20, 22]);
    const value = waiting.get({ timeoutMs: 20_000 });
    await createTestWorker(broker, options(), queue, 1).drain();

    expect(await value).toBe(42);
    expect(await celery.result(waiting.id).get({ timeoutMs: 1_000 })).toBe(42);
    await waiting.forget();
    expect(await waiting.state()).toBe('PENDING');
    await expect(waiting.get({ timeoutMs: 20 })).rejects.toMatchObject({ code: 'result_timeout' });
    const aborted = AbortSignal.abort(new Error('enough'));
    await expect(waiting.get({ signal: aborted })).rejects.toThrow('enough');
  });

  test('a group is saved, restored and deleted', async () => {
    const { result } = await run(group(add(1, 1), add(2, 2)), 1);
    await ('save' in result ? result.save() : undefined);
    await using reader = createResultReader({ redis: results, names: resultNames, db: RESULT_DB });

    const restored = await reader.restoreGroup(result.id);

    expect(await restored?.get({ timeoutMs: 5_000 })).toEqual([2, 4]);
    await reader.deleteGroup(result.id);
    expect(await reader.restoreGroup(result.id)).toBeNull();
  });

  test('all that a task sent can be collected', async () => {
    const sent = await celery.enqueue('lab.add', [1, 1], { link: add(10) });
    await createTestWorker(broker, options(), queue, 1).drain();

    const values: PickleValue[] = [];
    for await (const [, value] of sent.collect({ timeoutMs: 5_000 })) values.push(value);

    expect(values).toEqual([2, 12]);
  });
});

const sortedDeep = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sortedDeep).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    : value;

/** A message of an id that was used before. */
const lastMessage = async (
  celery: Celery,
  broker: Redis,
  queue: string,
  id: string,
): Promise<string> => {
  await celery.enqueue('lab.add', [5, 5], { id });
  return (await broker.rpop(queue)) ?? '';
};
