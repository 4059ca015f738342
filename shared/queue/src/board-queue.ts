import { Queue } from 'bullmq';
import { keysOf } from './keys.ts';
import type { RedisConnection } from './redis/connect.ts';

/** BullMQ's own view of a queue, for Bull Board; everything else goes through the producer. */
export const openQueue = (
  name: string,
  { redis, prefix = 'taskyard' }: { redis: RedisConnection; prefix?: string },
): Queue => new Queue(name, { connection: redis, prefix: keysOf(prefix).root });
