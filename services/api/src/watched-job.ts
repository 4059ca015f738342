import type { Job, JobRecord } from '@shared/contracts';
import type { Producer } from '@shared/queue';
import type { Request } from 'express';
import type { Callers } from './callers.ts';
import type { JobTickets } from './job-tickets.ts';
import { visibleJob } from './visible-job.ts';

export type WatchedJob = {
  job: Job;
  record: JobRecord;
  /** Whether whoever asks sees what only operators see. */
  operator: boolean;
};

/**
 * The job whose status is asked for: by its id, of whoever may see it; or by a ticket, of anybody.
 *
 * @throws {UnauthenticatedError | JobNotFoundError}
 */
export const watchedJob = async (
  request: Request<{ jobId: string }>,
  {
    producer,
    callers,
    tickets,
  }: { producer: Pick<Producer, 'jobById'>; callers: Callers; tickets: JobTickets },
): Promise<WatchedJob> => {
  const { jobId } = request.params;
  const ticketed = tickets.jobIdOf(jobId);
  if (ticketed === undefined) {
    const caller = await callers.anyone(request);
    const { job, record } = await visibleJob(producer, jobId, caller);
    return { job, record, operator: caller.operator };
  }
  const job = await producer.jobById(ticketed);
  return { job, record: await job.record(), operator: false };
};
