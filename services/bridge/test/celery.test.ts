import { exampleTask } from '@shared/contracts';
import { createCelerySide, openInterop } from '@shared/interop';
import { openCelery } from '@shared/interop/celery';
import { createProducer, implement, startWorker } from '@shared/queue';
import { silentLogger } from '@shared/service';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { startBridge } from './start-bridge.ts';

type Place = { redisUrl: string; prefix: string; brokerUrl: string };

/** A service's worker: it takes nothing from Celery itself, and answers what the bridge brought in. */
const startService = async ({ redisUrl, prefix, brokerUrl }: Place) => {
  const log = silentLogger();
  await using opened = new AsyncDisposableStack();
  const side = createCelerySide({ brokerUrl, backendUrl: brokerUrl, prefix, log });
  const interop = opened.use(openInterop({ sides: [side], log }));
  const handlers = [implement(exampleTask, ({ message }) => `Processed: ${message}`)];
  const address = { redisUrl, prefix };
  const worker = opened.use(await startWorker({ ...address, handlers, hooks: interop.hooks }));
  opened.use(await interop.serve({ worker, tasks: [exampleTask], ...address }));
  return opened.move();
};

test('tasks that Celery programs send run in the fleet, as far as it has room', async () => {
  const brokerUrl = new URL('/2', testRedisUrl()).href;
  const place = { redisUrl: testRedisUrl(), prefix: uniquePrefix(), brokerUrl };
  const queue = place.prefix;
  const name = exampleTask.python?.name ?? exampleTask.name;
  await using _bridge = await startBridge({
    REDIS_URL: place.redisUrl,
    QUEUE_PREFIX: place.prefix,
    CELERY_BROKER_URL: brokerUrl,
    CELERY_QUEUES: queue,
  });
  await using celery = openCelery({ brokerUrl });
  await using producer = createProducer(place);

  const early = await celery.enqueue(name, [], { queue, kwargs: { message: 'Hello!' } });
  const refused = await celery.enqueue(name, [], { queue, kwargs: { massage: 'x' } });
  const takenWithoutWorkers = (await producer.queueCounts())['maintenance']?.queued ?? 0;
  await using _service = await startService(place);

  expect(await early.get({ timeoutMs: 30_000 })).toBe('Processed: Hello!');
  await expect(refused.get({ timeoutMs: 30_000 })).rejects.toThrow(
    /got an unexpected keyword argument 'massage'/,
  );
  expect(takenWithoutWorkers).toBe(0);
  expect(await (await producer.jobById(early.id)).record()).toMatchObject({
    task: exampleTask.name,
    origin: 'celery',
    status: 'complete',
    payload: { message: 'Hello!' },
  });
});
