import { randomBytes } from 'node:crypto';
import { connectRedis } from '@shared/queue';
import type { Fleet } from './fleet.ts';

/** One run of a held job, as it tells itself. */
export type Run = { pid: number; attempt: number; fence: number };

/** Sees held jobs begin, and lets them end. */
export type Holder = AsyncDisposable & {
  /** What held jobs have to be given. */
  readonly payload: { begun: string; gate: string };
  /** Waits for the next run to begin. */
  nextRun(): Promise<Run>;
  letGo(): Promise<void>;
};

const BEGIN_WITHIN_SECONDS = 30;

export const openHolder = ({ redis: { url }, prefix }: Pick<Fleet, 'redis' | 'prefix'>): Holder => {
  const redis = connectRedis({ url, role: 'worker' });
  const id = randomBytes(4).toString('hex');
  const payload = { begun: `{${prefix}}:begun:${id}`, gate: `{${prefix}}:gate:${id}` };
  return {
    payload,
    async nextRun() {
      const popped = await redis.blpop(payload.begun, BEGIN_WITHIN_SECONDS);
      if (popped === null) throw new Error(`No run began within ${BEGIN_WITHIN_SECONDS} seconds.`);
      return JSON.parse(popped[1]) as Run; // As the fixture task wrote it.
    },
    async letGo() {
      await redis.set(payload.gate, '1');
    },
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
};
