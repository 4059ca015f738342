import type { RedisConnection } from '@shared/queue';
import type { Host } from '../host/side.ts';
import { callbackPayload } from './callbacks.ts';
import type { RqForeign } from './foreign.ts';
import { queueFor } from './queue-for.ts';
import { sendWebhooks } from './webhooks.ts';

/**
 * What follows the failure of a job that no worker runs, because it was refused or its worker died: its
 * failure callback becomes a job of its own, and webhooks are sent unless it is tried again.
 */
export const createAfterwards =
  ({ redis, host }: { redis: RedisConnection; host: Host }) =>
  async (
    run: RqForeign,
    ended: string,
    { thrown, text }: { thrown: unknown; text: string },
  ): Promise<void> => {
    const { producer, tasks, log } = host;
    const callback = run.callbacks.failure;
    if (callback !== null) {
      const task = tasks.named(callback.name);
      try {
        if (task === undefined)
          log.warn({ callback: callback.name }, 'RQ failure callback unknown');
        else {
          const payload = await callbackPayload({ redis }, 'failure', run, { thrown, text });
          await producer.enqueue(task, payload, {
            origin: 'rq',
            foreign: { ...run, callbackOnly: true },
            ...queueFor(host, task, run.queue),
            attempts: 1,
            timeoutMs: callback.timeout * 1_000,
          });
        }
      } catch (error) {
        log.warn({ jobId: run.id, error }, 'RQ failure callback could not be enqueued');
      }
    }
    if (ended === 'failed') await sendWebhooks(run, 'failed', { text, log });
  };
