import type { AnyTask } from '@shared/contracts';
import { PlatformError, UnknownTaskError } from '@shared/errors';
import type { EnqueueOptions } from '@shared/queue';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../host/side.ts';
import { payloadOfCall } from '../tasks/payload-of-call.ts';
import { UnreadableCallError } from './errors/unreadable-call-error.ts';
import { asPython, failureText } from './failure-text.ts';
import { foreignOf, namedIn } from './foreign-of.ts';
import { innerId } from '../arq/inner-id.ts';
import type { RqStore, TakenRqJob } from './redis/store.ts';
import { STOP_GRACE_MS } from './stopping.ts';
import { type RqCall, readCall } from './wire/call.ts';
import { writeExceptionText } from './wire/exception-text.ts';
import { timeoutOf } from './wire/job-fields.ts';
import { queueFor } from './queue-for.ts';
import type { createAfterwards } from './afterwards.ts';

/** What is to be enqueued. */
type Accepted = { task: AnyTask; payload: unknown; call: RqCall };

/** The longest wait that a timer can count. */
const FOREVER_MS = 2_147_000_000;

const DEFAULT_RESULT_SECONDS = 500;

/** Between tries while an earlier run of the same job is being recorded. */
const NAMESAKE_MS = 10;

/** Between tries while our Redis is away. */
const TROUBLE_MS = 1_000;

/** Brings one taken job in, or ends it as RQ would; goes on trying until the signal aborts. */
export const createReceive = ({
  store,
  host,
  afterwards,
}: {
  store: RqStore;
  host: Host;
  afterwards: ReturnType<typeof createAfterwards>;
}) => {
  const { producer, tasks, worker, log, room } = host;

  const look = ({ fields }: TakenRqJob): Accepted => {
    const data = fields.bytes('data');
    if (data === undefined) throw new UnreadableCallError('it has no data');
    const call = readCall(data);
    const task = tasks.named(call.name);
    if (task === undefined) throw new UnknownTaskError(call.name, tasks.names());
    return { task, payload: payloadOfCall(task, call), call };
  };

  const refuse = async (taken: TakenRqJob, error: unknown) => {
    const { queue, id, fields, startedAt } = taken;
    const named = namedIn(fields);
    const { name } = named;
    const code = error instanceof PlatformError ? error.code : 'error';
    const text = failureText(error, { code }, { name, timeout: timeoutOf(fields) });
    // First the letter: a crash after it leaves one too many, before it one too few.
    if ((fields.whole('retries_left') ?? 0) <= 0) {
      await producer.bury({
        task: name,
        queue:
          worker?.queues.find((served) => served === queue) ?? worker?.queues[0] ?? 'maintenance',
        origin: 'rq',
        code,
        reason: error instanceof PlatformError ? error.why : String(error),
        payload: { id, queue, data: fields.bytes('data')?.toString('base64') ?? null },
      });
    }
    const value = writeExceptionText(text);
    const ending = { kind: 'failed', value, startedAt, stillRuns: undefined } as const;
    const ended = await store.settle(taken, ending);
    await afterwards(foreignOf(taken, named, log), ended, { thrown: asPython(error, name), text });
    room.refused(1);
    log.warn({ jobId: id, queue, code }, 'RQ job refused');
  };

  const optionsFor = (taken: TakenRqJob, { task, call }: Accepted): EnqueueOptions => {
    const { fields, queue } = taken;
    const timeout = timeoutOf(fields);
    const kept = fields.whole('result_ttl') ?? DEFAULT_RESULT_SECONDS;
    return {
      id: innerId('rq', taken.id),
      again: true,
      origin: 'rq',
      foreign: foreignOf(taken, call, log),
      ...queueFor(host, task, queue),
      attempts: 1, // RQ itself says what is tried again.
      timeoutMs: timeout < 0 ? FOREVER_MS : Math.min(Math.max(timeout, 1) * 1_000, FOREVER_MS),
      killAfterMs: STOP_GRACE_MS,
      keepResultMs: kept < 0 ? FOREVER_MS : kept * 1_000,
    };
  };

  const accept = async (taken: TakenRqJob, accepted: Accepted, signal: AbortSignal) => {
    const options = optionsFor(taken, accepted);
    const jobId = options.id ?? '';
    room.took([jobId]);
    for (;;) {
      try {
        const job = await producer.enqueue(accepted.task, accepted.payload, options);
        if (!job.duplicate) return true;
        await sleep(NAMESAKE_MS);
      } catch (error) {
        if (!isPassing(error)) {
          room.lost([jobId]);
          throw error;
        }
        log.warn({ jobId, error }, 'RQ job could not be brought in yet');
        await sleep(TROUBLE_MS, undefined, { signal }).catch(() => undefined);
      }
      if (!signal.aborted) continue;
      room.lost([jobId]);
      await store.giveBack(taken);
      return false;
    }
  };

  /** Whether it is a job of ours now. */
  return async (taken: TakenRqJob, signal: AbortSignal): Promise<boolean> => {
    try {
      return await accept(taken, look(taken), signal);
    } catch (error) {
      await refuse(taken, error);
      return false;
    }
  };
};

/** Whether the same may work in a moment. */
const isPassing = (error: unknown): boolean => !(error instanceof PlatformError) || error.retryable;
