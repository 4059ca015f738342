import type { Origin } from '@shared/contracts';
import { createAddBatch } from '../engine/add-batch.ts';
import type { Scripts } from '../engine/scripts.ts';
import { buildJob } from '../enqueue/options.ts';
import type { Keys } from '../keys.ts';

/** A message of another protocol that cannot become a job. */
export type Undeliverable = {
  /** What it seems to ask for, as it is listed. */
  task: string;
  /** The queue it is listed under. */
  queue: string;
  origin: Origin;
  /** As in `undecodable`; for machines. */
  code: string;
  /** For people: what is wrong with it. */
  reason: string;
  /** All that is known of it; raw bytes as base64. */
  payload: unknown;
};

const KEEP_MS = 14 * 86_400_000;
const NEVER = new Date(Date.now() + 5 * 365 * 86_400_000);

/**
 * Keeps a message as a dead letter. It is written as a job that is not due and then failed, so that a
 * crash in between leaves a job that never runs, and the message where it was.
 *
 * @returns the dead letter's job id.
 */
export const buryMessage = async (
  { scripts, keys }: { scripts: Scripts; keys: Keys },
  { task, queue, origin, code, reason, payload }: Undeliverable,
): Promise<string> => {
  const job = buildJob(
    { name: task, queue } as never, // Of a task, only these two are read without a limit or a codec.
    payload,
    { origin, at: NEVER },
  );
  await createAddBatch(scripts, keys)(job);
  const at = Date.now();
  const error = {
    attempt: 0,
    code,
    name: 'UndeliverableError',
    message: reason,
    retryable: false,
    at: new Date(at),
  };
  await scripts.cancel(
    1,
    keys.base(queue),
    job.id,
    at,
    reason,
    JSON.stringify(error),
    KEEP_MS,
    keys.jobChannel,
    code,
  );
  return job.id;
};
