import type { Job, JobRecord } from '@shared/contracts';
import { JobNotFoundError } from '@shared/errors';
import type { Producer } from '@shared/queue';
import type { Caller } from './callers.ts';

/**
 * A job that the caller may see: their own, or any for operators.
 *
 * @throws {JobNotFoundError} also for a job of somebody else, so that the answer does not tell
 *   whether it exists.
 */
export const visibleJob = async (
  producer: Pick<Producer, 'jobById'>,
  jobId: string,
  caller: Caller,
): Promise<{ job: Job; record: JobRecord }> => {
  const job = await producer.jobById(jobId);
  const record = await job.record();
  if (!caller.operator && record.owner !== caller.owner) throw new JobNotFoundError(jobId);
  return { job, record };
};
