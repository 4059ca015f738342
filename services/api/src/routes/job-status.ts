import type { Producer } from '@shared/queue';
import type { RequestHandler } from 'express';
import type { Callers } from '../callers.ts';
import { viewJob } from '../job-view.ts';
import { visibleJob } from '../visible-job.ts';

/**
 * `GET /jobs/status/:jobId` tells how a job stands: 200 with a {@link JobView}.
 * Refusals: 401, 404 `job_not_found`, also for a job of somebody else.
 */
export const jobStatus =
  ({
    producer,
    callers,
  }: {
    producer: Pick<Producer, 'jobById'>;
    callers: Callers;
  }): RequestHandler<{ jobId: string }> =>
  async (request, response) => {
    const caller = await callers.anyone(request);
    const { record } = await visibleJob(producer, request.params.jobId, caller);
    response.setHeader('cache-control', 'no-store').json(viewJob(record, caller));
  };
