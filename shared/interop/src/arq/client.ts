import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  InvalidOptionError,
  JobFailedError,
  JobNotFoundError,
  ResultTimeoutError,
} from '@shared/errors';
import { connectRedis, type RedisConnection } from '@shared/queue';
import type { Logger } from '@shared/service';
import { isPython, py } from '../pickle/index.ts';
import { writeJob } from './job.ts';
import { arqKeys, DEFAULT_ARQ_QUEUE } from './keys.ts';
import { type ArqResult, readResult } from './result.ts';
import { arqSerializer, type ArqSerializer, type ArqSerializerName } from './serializer.ts';

/** How a job of an ARQ program is asked for; the names of ARQ's own options in brackets. */
export type ArqEnqueueOptions = {
  kwargs?: Readonly<Record<string, unknown>>;
  /** `_job_id`; a random one unless told. */
  id?: string;
  /** `_queue_name`; `arq:queue` unless told. */
  queue?: string;
  /** `_defer_by`. */
  delayMs?: number;
  /** `_defer_until`. */
  at?: Date;
  /** `_expires`, from now; a day after it is due unless told. */
  expiresInMs?: number;
  /** `_job_try`. */
  tryNumber?: number;
};

export type ArqStatus = 'deferred' | 'queued' | 'in_progress' | 'complete' | 'not_found';

/** A job in ARQ's hands. */
export type ArqJobHandle = {
  readonly id: string;
  status(): Promise<ArqStatus>;
  /**
   * Waits for the result, in JavaScript's own values.
   *
   * @param options.timeoutMs 30,000 unless told.
   * @throws {JobFailedError} the function raised.
   * @throws {JobNotFoundError} it is neither waiting nor kept.
   * @throws {ResultTimeoutError}
   */
  result(options?: { timeoutMs?: number }): Promise<unknown>;
  /** Asks its worker to stop it; true once it was cancelled, false if it ended otherwise. */
  abort(options?: { timeoutMs?: number }): Promise<boolean>;
};

export type ArqClient = AsyncDisposable & {
  /** Null when a job of that id waits, runs, or has a result that is kept. */
  enqueue(
    name: string,
    args?: readonly unknown[],
    options?: ArqEnqueueOptions,
  ): Promise<ArqJobHandle | null>;
  job(id: string, options?: { queue?: string }): ArqJobHandle;
};

const DAY_MS = 86_400_000;
/** ARQ tells nobody when a job is over: its clients look, by default every 500 ms. */
const LOOK_MS = 50;

/** What enqueues jobs for Python's ARQ workers, and reads what came of them. */
export const createArqClient = ({
  redisUrl,
  serializer: name = 'pickle',
  log,
}: {
  redisUrl: string;
  serializer?: ArqSerializerName;
  log?: Logger;
}): ArqClient => {
  const redis = connectRedis({ url: redisUrl, name: 'taskyard:arq-client', ...(log && { log }) });
  const serializer = arqSerializer(name);
  const job = (id: string, queue = DEFAULT_ARQ_QUEUE) => handle({ redis, serializer, id, queue });
  return {
    async enqueue(task, args = [], options = {}) {
      const { id = randomBytes(16).toString('hex'), queue = DEFAULT_ARQ_QUEUE } = options;
      const now = Date.now();
      const dueAt = dueTime(options, now);
      const expiresMs = Math.round(options.expiresInMs ?? dueAt - now + DAY_MS);
      if (expiresMs < 1)
        throw new InvalidOptionError('expiresInMs', 'it is over', 'Give ms above 0.');
      const written = writeJob(serializer, {
        tryNumber: options.tryNumber ?? null,
        name: task,
        args: serializer.name === 'pickle' ? py.tuple(args as never) : args,
        kwargs:
          serializer.name === 'pickle'
            ? new Map(Object.entries(options.kwargs ?? {}))
            : (options.kwargs ?? {}),
        enqueuedAt: now,
      });
      const added = await redis.eval(
        ENQUEUE,
        3,
        arqKeys.job(id),
        arqKeys.result(id),
        queue,
        id,
        Buffer.from(written),
        expiresMs,
        dueAt,
      );
      return added === 1 ? job(id, queue) : null;
    },
    job: (id, { queue } = {}) => job(id, queue),
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
};

/** KEYS job, result, queue. ARGV id, job, ms it is kept, when it is due. Returns 1, or 0 if the id is taken. */
const ENQUEUE = `
if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
return 1`;

const dueTime = ({ delayMs, at }: ArqEnqueueOptions, now: number): number => {
  if (delayMs !== undefined && at !== undefined) {
    throw new InvalidOptionError('at', 'delayMs is given too', 'Give one of at and delayMs.');
  }
  return Math.round(at?.getTime() ?? now + (delayMs ?? 0));
};

const handle = ({
  redis,
  serializer,
  id,
  queue,
}: {
  redis: RedisConnection;
  serializer: ArqSerializer;
  id: string;
  queue: string;
}): ArqJobHandle => {
  const stored = async (): Promise<ArqResult | undefined> => {
    const bytes = await redis.getBuffer(arqKeys.result(id));
    return bytes === null ? undefined : readResult(serializer, bytes);
  };

  /** Result and place in the queue are read together: between two readings the job may end. */
  const ended = async (timeoutMs: number): Promise<ArqResult> => {
    const until = Date.now() + timeoutMs;
    for (;;) {
      const found = await stored();
      if (found !== undefined) return found;
      if ((await redis.zscore(queue, id)) === null) {
        const late = await stored();
        if (late === undefined) throw new JobNotFoundError(id);
        return late;
      }
      if (Date.now() > until) throw new ResultTimeoutError(id, timeoutMs);
      await sleep(LOOK_MS);
    }
  };

  return {
    id,
    async status() {
      if ((await redis.exists(arqKeys.result(id))) === 1) return 'complete';
      if ((await redis.exists(arqKeys.inProgress(id))) === 1) return 'in_progress';
      const score = await redis.zscore(queue, id);
      if (score === null) return 'not_found';
      return Number(score) > Date.now() ? 'deferred' : 'queued';
    },
    async result({ timeoutMs = 30_000 } = {}) {
      const { success, value } = await ended(timeoutMs);
      if (success) return serializer.plain(value);
      throw new JobFailedError(id, { code: 'failed', message: wordsOf(value) });
    },
    async abort({ timeoutMs = 30_000 } = {}) {
      const score = await redis.zscore(queue, id);
      if (score !== null && Number(score) > Date.now()) await redis.zadd(queue, 'XX', 1, id);
      await redis.zadd(arqKeys.abort, Date.now(), id);
      try {
        const { value } = await ended(timeoutMs);
        return isPython(value, 'exception') && value.name === 'CancelledError';
      } catch (error) {
        if (error instanceof JobNotFoundError) return false;
        throw error;
      }
    },
  };
};

const wordsOf = (value: unknown): string =>
  isPython(value, 'exception')
    ? `${value.name}: ${value.args.items.map(String).join(', ')}`
    : String(value);
