import { exampleTask } from '@shared/contracts';
import { openCelery } from '@shared/interop/celery';
import { createProducer } from '@shared/queue';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { startBridge } from './start-bridge.ts';
import { startService } from './start-service.ts';

test('tasks that Celery programs send run in the fleet, as far as it has room', async () => {
  const brokerUrl = new URL('/2', testRedisUrl()).href;
  const place = { redisUrl: testRedisUrl(), prefix: uniquePrefix() };
  const queue = place.prefix;
  const name = exampleTask.python?.name ?? exampleTask.name;
  const env = {
    REDIS_URL: place.redisUrl,
    QUEUE_PREFIX: place.prefix,
    CELERY_BROKER_URL: brokerUrl,
  };
  await using _bridge = await startBridge({ ...env, CELERY_QUEUES: queue });
  await using celery = openCelery({ brokerUrl });
  await using producer = createProducer(place);

  const early = await celery.enqueue(name, [], { queue, kwargs: { message: 'Hello!' } });
  const refused = await celery.enqueue(name, [], { queue, kwargs: { massage: 'x' } });
  const takenWithoutWorkers = (await producer.queueCounts())['maintenance']?.queued ?? 0;
  await using _service = await startService(env);

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
