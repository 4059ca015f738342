import type { Scripts } from '../engine/scripts.ts';
import type { Keys } from '../keys.ts';
import type { PayloadStore } from '../large-values/payload-store.ts';
import { removeOrphanedValues } from '../large-values/remove-orphans.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { keepByteBudget } from './byte-budget.ts';
import { sweepFinishedJobs } from './sweep.ts';

/** What a worker clears away in the background, so that no job pays for it. */
export const tidyRegularly = ({
  redis,
  scripts,
  keys,
  prefix,
  queues,
  payloadStore,
  finishedMaxBytes,
  intervalMs,
}: {
  redis: RedisConnection;
  scripts: Scripts;
  keys: Keys;
  prefix: string;
  queues: readonly string[];
  payloadStore: PayloadStore | undefined;
  finishedMaxBytes: number;
  intervalMs: number;
}): Disposable => {
  const tidy = async () => {
    await sweepFinishedJobs({ redis, prefix, queues });
    for (const queue of queues)
      await keepByteBudget({ redis, scripts, keys }, queue, finishedMaxBytes);
    if (payloadStore !== undefined) await removeOrphanedValues(redis, keys, payloadStore);
  };
  const timer = setInterval(() => {
    // A failure is Redis being away, which the connection reports; the next round makes up for it.
    tidy().catch(() => undefined);
  }, intervalMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
};
