import { type Codec, parsePayload, type Task } from '@shared/contracts';
import { isTraceParent } from '@shared/service';
import { storeFollowUps } from '../follow-ups/store.ts';
import type { Prepared } from '../held/held-job.ts';
import { buildJob, type EnqueueOptions } from './options.ts';

/** A job to be written, and how its task's values are stored. */
export type Coded = Prepared & { codec: Codec | undefined };

/**
 * A call of `enqueue` as the job that it makes.
 *
 * @throws {InvalidPayloadError | InvalidOptionError} before anything is written.
 */
export const prepare = <Input, Payload, Result>(
  task: Task<Input, Payload, Result>,
  payload: Input,
  options: EnqueueOptions = {},
): Coded => {
  parsePayload(task, payload);
  const { traceParent, onSuccess: _success, onFailure: _failure, ...rest } = options;
  const trace = isTraceParent(traceParent) ? { traceParent } : {};
  const followUps = storeFollowUps(options, options);
  const job = buildJob(
    task,
    payload,
    { ...rest, ...trace },
    followUps === undefined ? {} : { followUps },
  );
  const chosen = options.id !== undefined;
  return { job, chosen, lookedUp: chosen && options.foreign === undefined, codec: task.codec };
};
