import { taskNamed } from '@shared/contracts';
import type { Producer } from '@shared/queue';
import type { RequestHandler } from 'express';
import type { Callers } from '../callers.ts';
import { enqueueRequest, toEnqueueOptions } from '../enqueue-request.ts';
import { readBody } from '../read-body.ts';
import { contextOf } from '../request-context.ts';

/**
 * `POST /tasks/:name` enqueues one job for a machine client, `{ payload, options? }`:
 * 202 `{ jobId, duplicate, statusUrl }`.
 * Refusals: 400 `invalid_request`, `invalid_option`, 401, 403, 404 `unknown_task`,
 * 409 `job_id_taken`, 413 `payload_too_large`, 422 `invalid_payload`, 503 `queue_unavailable`.
 */
export const enqueueTask =
  ({
    producer,
    callers,
  }: {
    producer: Pick<Producer, 'enqueue'>;
    callers: Callers;
  }): RequestHandler<{ name: string }> =>
  async (request, response) => {
    const { owner } = await callers.machine(request);
    const task = taskNamed(request.params.name);
    const { payload, options = {} } = readBody(request, enqueueRequest);
    const { traceParent } = contextOf(request);
    const { id: jobId, duplicate } = await producer.enqueue(task, payload, {
      ...toEnqueueOptions(options),
      owner,
      origin: 'http',
      traceParent,
    });
    const statusUrl = `/jobs/status/${encodeURIComponent(jobId)}`;
    response.status(202).location(statusUrl).json({ jobId, duplicate, statusUrl });
  };
