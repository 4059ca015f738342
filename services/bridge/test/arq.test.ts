import { randomBytes } from 'node:crypto';
import { exampleTask } from '@shared/contracts';
import { createArqClient, createArqSide, openInterop } from '@shared/interop';
import { createProducer, implement, startWorker } from '@shared/queue';
import { silentLogger } from '@shared/service';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { startBridge } from './start-bridge.ts';

/** A service's worker: it takes nothing from ARQ itself, and answers what the bridge brought in. */
const startService = async (address: { redisUrl: string; prefix: string }, arqUrl: string) => {
  const log = silentLogger();
  await using opened = new AsyncDisposableStack();
  const side = createArqSide({ redisUrl: arqUrl, queues: [], log });
  const interop = opened.use(openInterop({ sides: [side], log }));
  const handlers = [implement(exampleTask, ({ message }) => `Processed: ${message}`)];
  const worker = opened.use(await startWorker({ ...address, handlers, hooks: interop.hooks }));
  opened.use(await interop.serve({ worker, tasks: [exampleTask] }));
  return opened.move();
};

test('jobs that ARQ programs enqueue run in the fleet, as far as it has room', async () => {
  const address = { redisUrl: testRedisUrl(), prefix: uniquePrefix() };
  const arqUrl = `${testRedisUrl().replace(/\/\d*$/, '')}/1`;
  const queue = `arq:bridge-${randomBytes(4).toString('hex')}`;
  await using _bridge = await startBridge({
    REDIS_URL: address.redisUrl,
    QUEUE_PREFIX: address.prefix,
    ARQ_REDIS_URL: arqUrl,
    ARQ_QUEUES: queue,
  });
  await using client = createArqClient({ redisUrl: arqUrl });
  await using producer = createProducer(address);
  const kwargs = { message: 'Hello!' };

  const early = await client.enqueue('example_task', [], { queue, kwargs });
  const refused = await client.enqueue('example_task', [], { queue, kwargs: { massage: 'x' } });
  const missing = await client.enqueue('no_such_task', [], { queue });
  const takenWithoutWorkers = (await producer.queueCounts())['maintenance']?.queued ?? 0;
  await using _service = await startService(address, arqUrl);

  expect(await early?.result()).toBe('Processed: Hello!');
  await expect(refused?.result()).rejects.toThrow(
    /TypeError: example_task\(\) got an unexpected keyword argument 'massage'/,
  );
  await expect(missing?.result()).rejects.toThrow(/function 'no_such_task' not found/);
  expect(takenWithoutWorkers).toBe(0);
  expect(await (await producer.jobById(early?.id ?? '')).record()).toMatchObject({
    task: 'platform.example',
    origin: 'arq',
    status: 'complete',
    payload: { message: 'Hello!' },
  });
});
