import type { Producer } from '@shared/queue';
import type { RequestHandler } from 'express';
import type { Callers } from '../callers.ts';
import { JobEndedError } from '../errors/job-ended-error.ts';
import { viewJob } from '../job-view.ts';
import { visibleJob } from '../visible-job.ts';

/**
 * `DELETE /jobs/status/:jobId` cancels a job: 202 with its {@link JobView}. One that runs is told to
 * stop and may show as running for a moment longer.
 * Refusals: 401, 404 `job_not_found`, 409 `job_ended`.
 */
export const cancelJob =
  ({
    producer,
    callers,
  }: {
    producer: Pick<Producer, 'jobById'>;
    callers: Callers;
  }): RequestHandler<{ jobId: string }> =>
  async (request, response) => {
    const caller = await callers.anyone(request);
    const { job } = await visibleJob(producer, request.params.jobId, caller);
    const cancelled = await job.cancel('cancelled over HTTP');
    const record = await job.record();
    if (!cancelled) throw new JobEndedError(job.id, record.status);
    response.status(202).json(viewJob(record, caller));
  };
