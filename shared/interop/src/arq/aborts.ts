import type { Producer, RedisConnection } from '@shared/queue';
import type { Logger } from '@shared/service';
import { innerId } from './inner-id.ts';
import { arqKeys } from './keys.ts';

/** How often clients' wishes are looked at; ARQ's workers do at every poll, by default each 500 ms. */
const LOOK_MS = 250;

/** A wish about a job that nobody has is forgotten after this long. */
const FORGET_MS = 60_000;

/**
 * Cancels the jobs that clients want stopped and that were brought in already, wherever they run; those
 * that still wait in ARQ are stopped as they are taken.
 */
export const watchAborts = ({
  redis,
  producer,
  log,
}: {
  redis: RedisConnection;
  producer: Producer;
  log: Logger;
}): Disposable => {
  const asked = new Set<string>();
  let looking = false;

  const cancel = async (id: string): Promise<void> => {
    try {
      const job = await producer.jobById(innerId('arq', id));
      if (await job.cancel('aborted by its ARQ client')) asked.add(id);
    } catch {
      // No job of ours, or not yet: it waits in ARQ, is on its way here, or another worker has it.
    }
  };

  const forget = async (id: string) => {
    if ((await redis.exists(arqKeys.job(id), arqKeys.inProgress(id))) === 0) {
      await redis.zrem(arqKeys.abort, id);
    }
  };

  const look = async () => {
    if (looking) return;
    looking = true;
    try {
      const wanted = await redis.zrange(arqKeys.abort, '0', '-1', 'WITHSCORES');
      const ids = wanted.filter((_, at) => at % 2 === 0);
      for (const id of asked) if (!ids.includes(id)) asked.delete(id);
      for (const [at, id] of ids.entries()) {
        if (!asked.has(id)) await cancel(id);
        if (Number(wanted[at * 2 + 1]) < Date.now() - FORGET_MS) await forget(id);
      }
    } catch (error) {
      log.warn({ error }, 'aborts of ARQ could not be read');
    } finally {
      looking = false;
    }
  };

  const timer = setInterval(() => void look(), LOOK_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
};
