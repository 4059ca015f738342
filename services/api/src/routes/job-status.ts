import type { Producer } from '@shared/queue';
import type { RequestHandler } from 'express';
import type { Callers } from '../callers.ts';
import type { JobTickets } from '../job-tickets.ts';
import { viewJob } from '../job-view.ts';
import { watchedJob } from '../watched-job.ts';

/**
 * `GET /jobs/status/:jobId` tells how a job stands: 200 with a {@link JobView}. A ticket may stand for
 * the id, and then needs no account.
 * Refusals: 401, 404 `job_not_found`, also for a job of somebody else.
 */
export const jobStatus =
  (services: {
    producer: Pick<Producer, 'jobById'>;
    callers: Callers;
    tickets: JobTickets;
  }): RequestHandler<{ jobId: string }> =>
  async (request, response) => {
    const { record, operator } = await watchedJob(request, services);
    const view = viewJob({ ...record, jobId: request.params.jobId }, { operator });
    response.setHeader('cache-control', 'no-store').json(view);
  };
