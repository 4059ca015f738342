import { setTimeout as sleep } from 'node:timers/promises';
import { JobFailedError, JobNotFoundError, ResultTimeoutError } from '@shared/errors';
import type { RedisConnection } from '@shared/queue';
import { toJs } from '../../pickle/index.ts';
import { rqKeys } from '../keys.ts';
import { readMeta } from '../meta.ts';
import { readExceptionText } from '../wire/exception-text.ts';
import { readValue } from '../wire/serializer.ts';

export type RqStatus =
  | 'created'
  | 'queued'
  | 'started'
  | 'finished'
  | 'failed'
  | 'deferred'
  | 'scheduled'
  | 'stopped'
  | 'canceled'
  | 'rate_limited'
  | 'ready_to_enqueue'
  | 'not_found';

/** A job in RQ's hands. */
export type RqJobHandle = {
  readonly id: string;
  status(): Promise<RqStatus>;
  meta(): Promise<Record<string, unknown>>;
  /**
   * Waits for the result, in JavaScript's own values.
   *
   * @param options.timeoutMs 30,000 unless told.
   * @throws {JobFailedError} the function raised; with the end of its traceback.
   * @throws {JobNotFoundError} it was deleted, or its result is not kept.
   * @throws {ResultTimeoutError}
   */
  result(options?: { timeoutMs?: number }): Promise<unknown>;
  /** Asks its worker to stop it; false if it does not run. */
  stop(): Promise<boolean>;
};

/** `Result.Type` of RQ; one that was retried says nothing about the end. */
const SUCCESSFUL = '1';
const RETRIED = '4';

const LOOK_MS = 25;

export const rqJob = ({
  redis,
  id,
  after,
}: {
  redis: RedisConnection;
  id: string;
  /** The newest result before this job. */
  after: string | undefined;
}): RqJobHandle => {
  const status = async () =>
    ((await redis.hget(rqKeys.job(id), 'status')) ?? 'not_found') as RqStatus; // RQ writes no other.

  const newest = async (): Promise<Map<string, Buffer> | undefined> => {
    const entries = await redis.xrevrangeBuffer(rqKeys.results(id), '+', '-', 'COUNT', 1);
    // The types of ioredis know of no buffers here.
    const [entry] = entries as unknown as [Buffer, Buffer[]][];
    if (entry === undefined || String(entry[0]) === after) return undefined;
    const fields = new Map<string, Buffer>();
    for (let at = 0; at + 1 < entry[1].length; at += 2) {
      fields.set(String(entry[1][at]), entry[1][at + 1] ?? Buffer.alloc(0));
    }
    return String(fields.get('type')) === RETRIED ? undefined : fields;
  };

  const ended = async (timeoutMs: number) => {
    const until = Date.now() + timeoutMs;
    for (;;) {
      const found = (await newest()) ?? ((await status()) === 'not_found' ? await newest() : null);
      if (found === undefined) throw new JobNotFoundError(id);
      if (found !== null) return found;
      if (Date.now() > until) throw new ResultTimeoutError(id, timeoutMs);
      await sleep(LOOK_MS);
    }
  };

  return {
    id,
    status,
    meta: () => readMeta({ redis, id }),
    async result({ timeoutMs = 30_000 } = {}) {
      const fields = await ended(timeoutMs);
      if (String(fields.get('type')) === SUCCESSFUL) return valueIn(fields);
      throw new JobFailedError(id, { code: 'failed', message: reasonIn(fields) });
    },
    async stop() {
      const worker = await redis.hget(rqKeys.job(id), 'worker_name');
      if (worker === null || worker === '' || (await status()) !== 'started') return false;
      const command = JSON.stringify({ command: 'stop-job', job_id: id });
      return (await redis.publish(rqKeys.commands(worker), command)) > 0;
    },
  };
};

/** A class that only Python has is shown, and not called. */
const valueIn = (fields: ReadonlyMap<string, Buffer>): unknown => {
  const encoded = fields.get('return_value');
  if (encoded === undefined) return null;
  return toJs(readValue(Buffer.from(String(encoded), 'base64'), { keepUnknown: true }));
};

/** The last line of the traceback says it. */
const reasonIn = (fields: ReadonlyMap<string, Buffer>): string => {
  const text = readExceptionText(String(fields.get('exc_string') ?? ''));
  return text.trim().split('\n').at(-1) ?? 'it failed';
};
