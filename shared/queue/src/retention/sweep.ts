import { catalogue } from '@shared/contracts';
import { scriptsOf } from '../engine/scripts.ts';
import { removeAbandonedGates } from '../flows/gate.ts';
import { keysOf } from '../keys.ts';
import type { PayloadStore } from '../large-values/payload-store.ts';
import { sweepStoredValues } from '../large-values/stored-values.ts';
import type { RedisConnection } from '../redis/connect.ts';

/**
 * Deletes payloads and results in object storage that no job has any more, a day after they were put
 * there, whichever way their job was removed.
 *
 * @returns how many were removed.
 */
export const sweepPayloads = ({
  redis,
  prefix,
  payloadStore,
  now = Date.now(),
}: {
  redis: RedisConnection;
  prefix: string;
  payloadStore: PayloadStore;
  /** In ms since the epoch. */
  now?: number;
}): Promise<number> => sweepStoredValues({ redis, keys: keysOf(prefix), payloadStore }, now);

/** Failed jobs leave an index with each word of their error: 150 are about 10 ms. */
const BATCH = 150;

/**
 * Removes finished jobs whose time is over from every queue, in batches that do not block Redis.
 *
 * @returns how many were removed.
 */
export const sweepFinishedJobs = async ({
  redis,
  prefix,
  queues,
}: {
  redis: RedisConnection;
  prefix: string;
  /** All known queues unless told. */
  queues?: readonly string[];
}): Promise<number> => {
  const keys = keysOf(prefix);
  const scripts = scriptsOf(redis);
  const names = queues ?? [
    ...new Set([...catalogue.map(({ queue }) => queue), ...(await redis.smembers(keys.queues))]),
  ];
  if (queues === undefined) await removeAbandonedGates({ redis, scripts, keys });
  let removed = 0;
  for (const queue of names) {
    for (;;) {
      const due = Number(await scripts.sweep(1, keys.base(queue), Date.now(), BATCH));
      removed += due;
      if (due < BATCH) break;
    }
  }
  return removed;
};
