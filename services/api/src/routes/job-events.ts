import type { Producer } from '@shared/queue';
import type { RequestHandler } from 'express';
import { bodyOf, refusalOf } from '../answer-error.ts';
import type { Callers } from '../callers.ts';
import { openStream, sendEvent } from '../event-stream.ts';
import type { JobTickets } from '../job-tickets.ts';
import { viewJob } from '../job-view.ts';
import { contextOf } from '../request-context.ts';
import { watchedJob } from '../watched-job.ts';

const HEARTBEAT_MS = 15_000;

/**
 * `GET /jobs/status/:jobId/events` follows a job as server-sent events: `status` with a
 * {@link JobView} and `progressMessage`, at once and after each change. The stream ends with the job;
 * if we have to end it before, the client's EventSource asks again by itself. A ticket may stand for the
 * id.
 * Refusals: 401, 404 `job_not_found`, before the stream; an event `error` with `{ error }` in it.
 *
 * @param options.stopping ends every stream, for shutdown.
 */
export const jobEvents =
  ({
    producer,
    callers,
    tickets,
    stopping,
    heartbeatMs = HEARTBEAT_MS,
  }: {
    producer: Pick<Producer, 'jobById'>;
    callers: Callers;
    tickets: JobTickets;
    stopping: AbortSignal;
    heartbeatMs?: number;
  }): RequestHandler<{ jobId: string }> =>
  async (request, response) => {
    const { jobId } = request.params;
    const { job, operator } = await watchedJob(request, { producer, callers, tickets });
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, stopping]);

    openStream(response);
    const heartbeat = setInterval(() => response.write(': still here\n\n'), heartbeatMs);
    try {
      for await (const record of job.changes({ signal })) {
        const { progressMessage } = record;
        const view = { ...viewJob({ ...record, jobId }, { operator }), progressMessage };
        await sendEvent(response, 'status', view, { signal });
      }
    } catch (error) {
      if (!signal.aborted) {
        const { id, log } = contextOf(request);
        log.warn({ error, jobId: job.id }, 'event stream broken off');
        // 503 hides hosts and settings, whatever it was.
        await sendEvent(response, 'error', bodyOf(refusalOf(error), 503, id), { signal });
      }
    } finally {
      clearInterval(heartbeat);
      response.end();
    }
  };
