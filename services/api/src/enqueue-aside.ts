import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Task } from '@shared/contracts';
import type { User } from '@shared/database';
import type { EnqueueOptions, Producer } from '@shared/queue';
import type { Request } from 'express';
import type { Background } from './background.ts';
import { contextOf } from './request-context.ts';

/** How long an answer waits for the id of its job. */
const PATIENCE_MS = 1_000;

/**
 * Enqueues what follows from a request without which the request is still a success. The answer waits
 * a moment for the job's id; where the queue is slow, enqueuing goes on behind it, and where it is
 * down, the log says so.
 *
 * @returns null if the id is not known in time, or never will be.
 */
export const enqueueAside = async <Input, Payload, Result>(
  request: Request,
  { producer, background }: { producer: Pick<Producer, 'enqueue'>; background: Background },
  {
    task,
    payload,
    user,
    ...options
  }: { task: Task<Input, Payload, Result>; payload: Input; user: User } & Pick<
    EnqueueOptions,
    'id' | 'priority'
  >,
): Promise<string | null> => {
  const { log, traceParent } = contextOf(request);
  const enqueued = Promise.withResolvers<Job<Result> | null>();
  background.run(
    `enqueue ${task.name}`,
    async () => {
      try {
        const about = { owner: user.id, origin: 'http', traceParent } as const;
        enqueued.resolve(await producer.enqueue(task, payload, { ...about, ...options }));
      } finally {
        enqueued.resolve(null);
      }
    },
    log,
  );
  const waited = new AbortController();
  const job = await Promise.race([
    enqueued.promise,
    sleep(PATIENCE_MS, null, { signal: waited.signal }).catch(() => null),
  ]);
  waited.abort();
  return job?.id ?? null;
};
