import { workerData } from 'node:worker_threads';
import { connectRedis } from '@shared/queue';

/** Pings Redis for ever; tells how often, and the longest wait in ms, in memory that is shared. */
const { redisUrl, told } = workerData as { redisUrl: string; told: Float64Array };
const redis = connectRedis({ url: redisUrl });
await redis.ping();
for (;;) {
  const start = performance.now();
  await redis.ping();
  told[0] = (told[0] ?? 0) + 1;
  told[1] = Math.max(told[1] ?? 0, performance.now() - start);
  await new Promise((resolve) => setTimeout(resolve, 1));
}
