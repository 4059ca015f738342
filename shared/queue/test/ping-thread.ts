import { workerData } from 'node:worker_threads';
import { connectRedis } from '@shared/queue';

/** Pings Redis for ever; tells how often, and how often it waited too long, in memory that is shared. */
const TOO_LONG_MS = 50;

const { redisUrl, told } = workerData as { redisUrl: string; told: Float64Array };
const redis = connectRedis({ url: redisUrl });
await redis.ping();
for (;;) {
  const start = performance.now();
  await redis.ping();
  told[0] = (told[0] ?? 0) + 1;
  if (performance.now() - start > TOO_LONG_MS) told[1] = (told[1] ?? 0) + 1;
  await new Promise((resolve) => setTimeout(resolve, 1));
}
