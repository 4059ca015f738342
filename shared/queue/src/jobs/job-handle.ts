import { type Codec, isFinal, type Job, type JobRecord, type Progress } from '@shared/contracts';
import {
  JobCancelledError,
  JobExpiredError,
  JobFailedError,
  JobNotFoundError,
  ResultTimeoutError,
} from '@shared/errors';
import type { JobChannels, JobNews } from './job-channels.ts';

/** What a handle needs of the producer that made it. */
export type JobAccess = {
  read(queue: string, id: string): Promise<JobRecord | undefined>;
  cancel(queue: string, id: string, reason: string): Promise<boolean>;
  channels: JobChannels;
};

const DEFAULT_RESULT_TIMEOUT_MS = 30_000;

/** Pub/sub may lose news (a failover, a slow reader): the job itself is asked this often. */
const RECHECK_MS = 2_000;

/** How soon a change that no news tells (a worker took the job) is seen. */
const WATCH_MS = 250;

export const createJobHandle = <Result>(
  {
    id,
    task,
    queue,
    duplicate,
    codec,
    held,
  }: {
    id: string;
    task: string;
    queue: string;
    duplicate: boolean;
    codec?: Codec | undefined;
    /** What is known of a job that need not be in its queue yet. */
    held?: () => JobRecord;
  },
  access: JobAccess,
): Job<Result> => {
  const load = codec?.load ?? asStored;
  let arrived = held === undefined;

  const record = async (): Promise<JobRecord<Result>> => {
    const found = await access.read(queue, id);
    if (found === undefined && !arrived && held !== undefined) return held() as JobRecord<Result>;
    if (found === undefined) throw new JobNotFoundError(id);
    arrived = true;
    if (codec === undefined) return found as JobRecord<Result>;
    return { ...found, result: load(found.result) } as JobRecord<Result>; // The contract's result type, checked when it was written.
  };

  const changes = async function* (options: { signal?: AbortSignal } = {}) {
    let last = '';
    for await (const _ of wakeUps(access.channels, id, WATCH_MS, options.signal)) {
      const current = await record();
      const text = JSON.stringify(current);
      if (text !== last) yield current;
      last = text;
      if (isFinal(current.status)) return;
    }
  };

  return {
    id,
    task,
    queue,
    duplicate,
    record,
    changes,
    status: async () => (await record()).status,
    cancel: (reason = 'cancelled on request') => access.cancel(queue, id, reason),
    result: (options) => awaitResult({ id, record, load, channels: access.channels }, options),
    async *progress(options) {
      let last: Progress = { fraction: -1, message: null };
      for await (const { progress: fraction, progressMessage: message } of changes(options)) {
        if (fraction !== last.fraction || message !== last.message) {
          last = { fraction, message };
          yield last;
        }
      }
    },
  };
};

const asStored = (value: unknown) => value;

const awaitResult = async <Result>(
  {
    id,
    record,
    load,
    channels,
  }: {
    id: string;
    record: () => Promise<JobRecord<Result>>;
    load: Codec['load'];
    channels: JobChannels;
  },
  {
    timeoutMs = DEFAULT_RESULT_TIMEOUT_MS,
    signal,
  }: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<Result> => {
  const over = AbortSignal.timeout(timeoutMs);
  const stop = signal === undefined ? over : AbortSignal.any([over, signal]);
  for await (const news of wakeUps(channels, id, RECHECK_MS, stop)) {
    // Small results travel with the news and spare the reading.
    if (news?.status === 'complete' && 'result' in news) return load(news.result) as Result;
    const current = await record();
    if (isFinal(current.status)) return settled(current);
  }
  signal?.throwIfAborted();
  throw new ResultTimeoutError(id, timeoutMs);
};

/** @throws {JobCancelledError | JobExpiredError | JobFailedError} as the job ended. */
const settled = <Result>(record: JobRecord<Result>): Result => {
  const { jobId, status, error } = record;
  if (status === 'complete') return record.result as Result; // null only where the contract says so.
  if (status === 'cancelled') throw new JobCancelledError(jobId, error?.message ?? 'cancelled');
  if (status === 'expired') throw new JobExpiredError(jobId, record.finishedAt ?? new Date());
  throw new JobFailedError(jobId, error ?? { code: 'failed', message: 'no reason was recorded' });
};

/** Yields at once, with each piece of news, and at least every `recheckMs`, until the signal aborts. */
const wakeUps = async function* (
  channels: JobChannels,
  jobId: string,
  recheckMs: number,
  signal?: AbortSignal,
): AsyncGenerator<JobNews | undefined> {
  const news: JobNews[] = [];
  let wake: (() => void) | undefined;
  const unlisten = await channels.listen(jobId, (item) => {
    news.push(item);
    wake?.();
  });
  const onAbort = () => wake?.();
  const stopped = () => signal?.aborted ?? false;
  signal?.addEventListener('abort', onAbort);
  try {
    yield undefined;
    while (!stopped()) {
      if (news.length === 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, recheckMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      if (stopped()) return;
      yield news.shift();
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    unlisten();
  }
};
