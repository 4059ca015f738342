import type { RedisConnection } from '@shared/queue';
import type { Logger } from '@shared/service';
import { arqKeys } from './keys.ts';
import type { RunCounts } from './running.ts';

const INTERVAL_MS = 15_000;

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

const two = (value: number) => String(value).padStart(2, '0');

/** `Nov-22 01:34:22`, in local time, as `%b-%d %H:%M:%S` has it. */
const stamp = (at: Date): string =>
  `${MONTHS[at.getMonth()]}-${two(at.getDate())} ` +
  `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;

export const healthLine = (counts: RunCounts, queued: number, at = new Date()): string =>
  `${stamp(at)} j_complete=${counts.complete} j_failed=${counts.failed} ` +
  `j_retried=${counts.retried} j_ongoing=${counts.ongoing} queued=${queued}`;

/** Keeps the record that `arq --check` looks for, one a queue, until it is disposed. */
export const keepHealthy = async ({
  redis,
  queues,
  counts,
  log,
}: {
  redis: RedisConnection;
  queues: readonly string[];
  counts: RunCounts;
  log: Logger;
}): Promise<AsyncDisposable> => {
  const record = async () => {
    try {
      for (const queue of queues) {
        const line = healthLine(counts, await redis.zcard(queue));
        await redis.psetex(arqKeys.health(queue), INTERVAL_MS + 1_000, line);
      }
    } catch (error) {
      log.warn({ error }, 'health could not be recorded for ARQ');
    }
  };
  await record();
  const timer = setInterval(() => void record(), INTERVAL_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      if (queues.length > 0) await redis.del(...queues.map(arqKeys.health)).catch(() => undefined);
    },
  };
};
