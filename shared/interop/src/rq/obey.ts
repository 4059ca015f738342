import { connectRedis, type RedisConnection } from '@shared/queue';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { Host } from '../host/side.ts';
import { innerId } from '../arq/inner-id.ts';
import { rqKeys } from './keys.ts';
import type { RqSettings } from './options.ts';
import type { RqRun } from './redis/store.ts';
import { STOP_GRACE_MS, stopReasons } from './stopping.ts';

const Command = z.object({
  command: z.string(),
  job_id: z.string().optional(),
  execution_id: z.string().optional(),
});

/** Does what clients tell the worker: shut down, stop a job, kill the work horse. Nobody waits for an answer. */
export const obeyCommands = async ({
  redis: takesBy,
  settings,
  host,
  runs,
}: {
  /** The connection that jobs are taken by. */
  redis: RedisConnection;
  settings: RqSettings;
  host: Host;
  /** What this worker took and has not ended, as far as it knows. */
  runs: () => readonly RqRun[];
}): Promise<Disposable> => {
  const { redisUrl, name, log } = settings;
  const redis = connectRedis({ url: redisUrl, role: 'worker', name: 'taskyard:rq:commands', log });

  const stop = async (id: string, reason: string) => {
    const jobId = innerId('rq', id);
    const { worker, producer } = host;
    if (worker === null) {
      await (await producer.jobById(jobId)).cancel(reason);
      return;
    }
    // One that was taken and has not begun is remembered; of one that is not here RQ's workers think nothing.
    if (runs().some((run) => run.id === id)) worker.cancel(jobId, reason, STOP_GRACE_MS);
  };

  const obey = async (text: string) => {
    const { command, job_id: id, execution_id: execution } = Command.parse(JSON.parse(text));
    log.info({ command, id }, 'RQ command');
    if (command === 'shutdown') return settings.shutDown();
    // A client may see a job started before its taker does: what was taken by now is known after this.
    await takesBy.ping();
    await setImmediate();
    if (command === 'stop-job' && id !== undefined) await stop(id, stopReasons.stopped);
    if (command === 'stop-execution') {
      const run = runs().find((one) => one.execution === execution);
      if (run !== undefined) await stop(run.id, stopReasons.stopped);
    }
    if (command === 'kill-horse') {
      await Promise.all(runs().map((run) => stop(run.id, stopReasons.killed)));
    }
  };

  redis.on('message', (_channel: string, text: string) => {
    obey(text).catch((error: unknown) => log.warn({ error }, 'RQ command could not be obeyed'));
  });
  await redis.subscribe(rqKeys.commands(name));
  return { [Symbol.dispose]: () => redis.disconnect() };
};
