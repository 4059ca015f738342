import type { AnyTask } from '@shared/contracts';
import { PlatformError, UnknownTaskError } from '@shared/errors';
import type { EnqueueOptions } from '@shared/queue';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Host } from '../host/side.ts';
import { payloadOfCall } from '../tasks/payload-of-call.ts';
import { UnreadableCallError } from './errors/unreadable-call-error.ts';
import { failureText } from './failure-text.ts';
import type { CallbackKind, RqForeign } from './foreign.ts';
import { innerId } from '../arq/inner-id.ts';
import type { RqStore, TakenRqJob } from './redis/store.ts';
import { STOP_GRACE_MS } from './stopping.ts';
import { type RqCall, readCall } from './wire/call.ts';
import { writeExceptionText } from './wire/exception-text.ts';
import { type JobFields, timeoutOf } from './wire/job-fields.ts';

/** What is to be enqueued. */
type Accepted = { task: AnyTask; payload: unknown; call: RqCall };

/** The longest wait that a timer can count. */
const FOREVER_MS = 2_147_000_000;

const DEFAULT_RESULT_SECONDS = 500;
const DEFAULT_CALLBACK_SECONDS = 60;

/** Between tries while an earlier run of the same job is being recorded. */
const NAMESAKE_MS = 10;

/** Between tries while our Redis is away. */
const TROUBLE_MS = 1_000;

/** Brings one taken job in, or ends it as RQ would; goes on trying until the signal aborts. */
export const createReceive = ({ store, host }: { store: RqStore; host: Host }) => {
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
    const name = nameIn(fields);
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
    await store.settle(taken, { kind: 'failed', value, startedAt, stillRuns: undefined });
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
      foreign: foreignOf(taken, call, timeout),
      ...queueFor(task, queue),
      attempts: 1, // RQ itself says what is tried again.
      timeoutMs: timeout < 0 ? FOREVER_MS : Math.min(Math.max(timeout, 1) * 1_000, FOREVER_MS),
      killAfterMs: STOP_GRACE_MS,
      keepResultMs: kept < 0 ? FOREVER_MS : kept * 1_000,
    };
  };

  /** The worker in this process serves RQ's queues under their names, if it was told to. */
  const queueFor = ({ queue: own }: AnyTask, queue: string): { queue?: string } => {
    if (worker === null) return {};
    if (worker.queues.includes(queue)) return { queue };
    const [first] = worker.queues;
    return worker.queues.includes(own) || first === undefined ? {} : { queue: first };
  };

  const accept = async (taken: TakenRqJob, accepted: Accepted, signal: AbortSignal) => {
    const options = optionsFor(taken, accepted);
    const jobId = options.id ?? '';
    room.took([jobId]);
    for (;;) {
      try {
        const job = await producer.enqueue(accepted.task, accepted.payload, options);
        if (!job.duplicate) return;
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
      return;
    }
  };

  return async (taken: TakenRqJob, signal: AbortSignal): Promise<void> => {
    let accepted: Accepted;
    try {
      accepted = look(taken);
    } catch (error) {
      return refuse(taken, error);
    }
    try {
      await accept(taken, accepted, signal);
    } catch (error) {
      await refuse(taken, error);
    }
  };
};

/** Whether the same may work in a moment. */
const isPassing = (error: unknown): boolean => !(error instanceof PlatformError) || error.retryable;

/** For lists of what went wrong: a call that cannot be read may still have a description. */
const nameIn = (fields: JobFields): string => {
  try {
    return readCall(fields.bytes('data') ?? new Uint8Array()).name;
  } catch {
    return /^[\w.]{1,200}/.exec(fields.text('description') ?? '')?.[0] ?? 'unknown';
  }
};

const foreignOf = (
  { id, queue, execution, worker, startedAt, fields }: TakenRqJob,
  { name, serializer }: RqCall,
  timeout: number,
): RqForeign => {
  const retriesLeft = fields.whole('retries_left') ?? 0;
  const retries = fields.whole('taskyard_retries') ?? retriesLeft;
  return {
    id,
    queue,
    name,
    execution,
    worker,
    serializer,
    startedAt,
    timeout,
    try: Math.max(retries - retriesLeft, 0) + 1,
    retriesLeft,
    callbacks: {
      success: callbackIn(fields, 'success'),
      failure: callbackIn(fields, 'failure'),
      stopped: callbackIn(fields, 'stopped'),
    },
  };
};

const callbackIn = (fields: JobFields, kind: CallbackKind) => {
  const name = fields.text(`${kind}_callback_name`);
  if (name === undefined) return null;
  return { name, timeout: fields.whole(`${kind}_callback_timeout`) ?? DEFAULT_CALLBACK_SECONDS };
};
