import { randomBytes } from 'node:crypto';
import { exampleTask } from '@shared/contracts';
import { createRqClient, createRqSide, openInterop } from '@shared/interop';
import { createProducer, implement, startWorker } from '@shared/queue';
import { silentLogger } from '@shared/service';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { startBridge } from './start-bridge.ts';

/** A service's worker: it takes nothing from RQ itself, and answers what the bridge brought in. */
const startService = async (address: { redisUrl: string; prefix: string }, rqUrl: string) => {
  const log = silentLogger();
  await using opened = new AsyncDisposableStack();
  const side = createRqSide({ redisUrl: rqUrl, queues: [], prefix: address.prefix, log });
  const interop = opened.use(openInterop({ sides: [side], log }));
  const handlers = [
    implement(exampleTask, async ({ message }, { signal }) => {
      if (message === 'wait') {
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      }
      return `Processed: ${message}`;
    }),
  ];
  const worker = opened.use(await startWorker({ ...address, handlers, hooks: interop.hooks }));
  opened.use(await interop.serve({ worker, tasks: [exampleTask] }));
  return opened.move();
};

test('jobs that RQ programs enqueue run in the fleet, and can be stopped there', async () => {
  const address = { redisUrl: testRedisUrl(), prefix: uniquePrefix() };
  const rqUrl = `${testRedisUrl().replace(/\/\d*$/, '')}/2`;
  const queue = `bridge-${randomBytes(4).toString('hex')}`;
  await using _bridge = await startBridge({
    REDIS_URL: address.redisUrl,
    QUEUE_PREFIX: address.prefix,
    RQ_REDIS_URL: rqUrl,
    RQ_QUEUES: queue,
  });
  await using client = createRqClient({ redisUrl: rqUrl });
  await using producer = createProducer(address);

  const early = await client.enqueue('example_task', [], { queue, kwargs: { message: 'Hello!' } });
  const refused = await client.enqueue('example_task', [], { queue, kwargs: { massage: 'x' } });
  const missing = await client.enqueue('no_such_task', [], { queue });
  const statusBefore = await early.status();
  await using _service = await startService(address, rqUrl);

  expect(statusBefore).toBe('queued');
  expect(await early.result()).toBe('Processed: Hello!');
  await expect(refused.result()).rejects.toThrow(
    /TypeError: example_task\(\) got an unexpected keyword argument 'massage'/,
  );
  await expect(missing.result()).rejects.toThrow(
    'ValueError: Invalid attribute name: no_such_task',
  );
  expect(await (await producer.jobById(early.id)).record()).toMatchObject({
    task: 'platform.example',
    origin: 'rq',
    status: 'complete',
    payload: { message: 'Hello!' },
  });

  const slow = await client.enqueue('example_task', [], { queue, kwargs: { message: 'wait' } });
  await expect
    .poll(async () => (await producer.jobById(slow.id)).status(), { timeout: 20_000 })
    .toBe('in_progress');
  expect(await slow.stop()).toBe(true);
  await expect(slow.result()).rejects.toThrow('Job stopped by user');
});
