import { type Producer, why } from '@shared/queue';
import type { RequestHandler } from 'express';
import type { Callers } from '../callers.ts';
import { visibleJob } from '../visible-job.ts';

/**
 * `GET /jobs/status/:jobId/why` tells why a job has not started: 200 `{ jobId, task, queue, status,
 * reasons: [{ code, severity, message }] }`, the most important one first; operators also see the
 * `detail` of each and its `fix`. Refusals: 401, 404 `job_not_found`, also for a job of somebody else.
 */
export const jobWhy =
  ({
    producer,
    callers,
    prefix,
  }: {
    producer: Pick<Producer, 'jobById' | 'redis'>;
    callers: Callers;
    prefix: string;
  }): RequestHandler<{ jobId: string }> =>
  async (request, response) => {
    const caller = await callers.anyone(request);
    const { job } = await visibleJob(producer, request.params.jobId, caller);
    const told = await why({ redis: producer.redis, prefix }, job.id);
    const reasons = told.reasons.map(({ detail, fix, ...reason }) =>
      caller.operator ? { ...reason, detail, fix } : reason,
    );
    response.setHeader('cache-control', 'no-store').json({ ...told, reasons });
  };
