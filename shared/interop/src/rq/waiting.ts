import type { RedisConnection } from '@shared/queue';
import { rqKeys } from './keys.ts';

/** How many jobs wait in these queues; none while everybody is suspended. */
export const waitingIn = async (
  redis: RedisConnection,
  queues: readonly string[],
): Promise<number> => {
  const asked = redis.pipeline().exists(rqKeys.suspended);
  for (const queue of queues) asked.llen(rqKeys.queue(queue));
  const [suspended, ...lengths] = ((await asked.exec()) ?? []).map(([, count]) => Number(count));
  return suspended === 1 ? 0 : lengths.reduce((sum, length) => sum + length, 0);
};
