import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { generateDrawing } from '@shared/contracts';
import { createProducer } from '@shared/queue';
import { logged, startProcess, testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { openWorkshop } from '@shared/testing/workshop';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** The service as a process of its own. */
const start = (env: Record<string, string>) => startProcess(main, env);

test('the process serves its queue, tells its health, and ends on SIGTERM with 0', async () => {
  const prefix = uniquePrefix();
  await using workshop = await openWorkshop();
  using service = start({
    REDIS_URL: testRedisUrl(),
    QUEUE_PREFIX: prefix,
    ...workshop.env,
  });
  const { healthPort, concurrency } = await logged(service.child, 'worker ready');

  await using producer = createProducer({ redisUrl: testRedisUrl(), prefix });
  const job = await producer.enqueue(generateDrawing, { width: 60, height: 60 });
  const result = await job.result({ timeoutMs: 30_000 });
  const ready = await fetch(`http://127.0.0.1:${String(healthPort)}/health/ready`);
  service.child.kill('SIGTERM');
  const [exitCode] = await once(service.child, 'exit');

  expect((await workshop.keys('drawings/')).toSorted()).toEqual([result.key, result.previewKey]);
  expect(ready.status).toBe(200);
  expect(concurrency).toBe(availableParallelism());
  expect(exitCode).toBe(0);
});
