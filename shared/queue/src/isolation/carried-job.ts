import type { Job, JobRecord } from '@shared/contracts';
import { UnavailableInIsolateError } from '@shared/errors';
import type { Ask } from './calls.ts';
import type { CarriedJob } from './protocol.ts';

/** A handle on a job that an isolated handler enqueued: what it asks, its worker answers. */
export const carriedJob = <Result>(job: CarriedJob, ask: Ask, isolate: string): Job<Result> => {
  const jobId = job.id;
  const watching = () => {
    throw new UnavailableInIsolateError('Watching a job', isolate);
  };
  return {
    ...job,
    status: () => ask('status', { jobId }),
    record: async () => (await ask('record', { jobId })) as JobRecord<Result>, // By its contract.
    result: async ({ timeoutMs, signal } = {}) => {
      const asked = ask('result', { jobId, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
      return (await unlessAborted(asked, signal)) as Result; // By its contract.
    },
    cancel: (reason) => ask('cancel', { jobId, ...(reason === undefined ? {} : { reason }) }),
    progress: watching,
    changes: watching,
  };
};

const unlessAborted = async <Value>(
  value: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> => {
  if (signal === undefined) return value;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([value, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};
