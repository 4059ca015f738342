import { exampleTask } from '@shared/contracts';
import { openCelery } from '@shared/interop/celery';
import { connectRedis } from '@shared/queue';
import { silentLogger } from '@shared/service';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, onTestFinished, test } from 'vitest';
import { startBridge } from './start-bridge.ts';
import { startService } from './start-service.ts';

test('nothing is taken that no worker would answer, and the bridge says why', async () => {
  const brokerUrl = new URL('/2', testRedisUrl()).href;
  const queue = uniquePrefix();
  const place = { REDIS_URL: testRedisUrl(), QUEUE_PREFIX: queue };
  await using celery = openCelery({ brokerUrl });
  const log = silentLogger();
  const broker = connectRedis({ url: brokerUrl, role: 'producer', name: 'test', log });
  onTestFinished(() => broker.disconnect());
  await using bridge = await startBridge({
    ...place,
    CELERY_BROKER_URL: brokerUrl,
    CELERY_QUEUES: queue,
  });
  await using _silent = await startService(place);

  const name = exampleTask.python?.name ?? exampleTask.name;
  const sent = await celery.enqueue(name, ['Hello!'], { queue });
  await bridge.says('no worker answers these programs');
  expect(await broker.llen(queue)).toBe(1);

  await using _answering = await startService({ ...place, CELERY_BROKER_URL: brokerUrl });
  expect(await sent.get({ timeoutMs: 30_000 })).toBe('Processed: Hello!');
});
