import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createThumbnail } from '@shared/contracts';
import { createProducer } from '@shared/queue';
import { logged, startProcess, testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { plain } from './pictures.ts';
import { openWorkshop } from './workshop.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** The service as a process of its own. */
const start = (env: Record<string, string>) => startProcess(main, env);

test('the process serves its queue, tells its health, and ends on SIGTERM with 0', async () => {
  const prefix = uniquePrefix();
  await using workshop = await openWorkshop();
  const { id: imageId } = await workshop.upload(await plain(600, 400).png().toBuffer());
  using service = start({
    REDIS_URL: testRedisUrl(),
    QUEUE_PREFIX: prefix,
    DATABASE_URL: workshop.databaseUrl,
    STORAGE_URL: workshop.storageUrl,
  });
  const { healthPort, concurrency } = await logged(service.child, 'worker ready');

  await using producer = createProducer({ redisUrl: testRedisUrl(), prefix });
  const job = await producer.enqueue(createThumbnail, { imageId });
  const result = await job.result({ timeoutMs: 15_000 });
  const ready = await fetch(`http://127.0.0.1:${String(healthPort)}/health/ready`);
  service.child.kill('SIGTERM');
  const [exitCode] = await once(service.child, 'exit');

  expect(result).toMatchObject({ imageId, width: 250, height: 200 });
  expect(await workshop.variantKeys()).toEqual([result.key]);
  expect(ready.status).toBe(200);
  expect(concurrency).toBe(availableParallelism());
  expect(exitCode).toBe(0);
});
