import { trackUserEvent } from '@shared/contracts';
import type { Database } from '@shared/database';
import type { Producer } from '@shared/queue';
import type { RequestHandler } from 'express';
import type { Background } from '../background.ts';
import type { Callers } from '../callers.ts';
import { existingJobPost } from '../existing-job-post.ts';
import { viewJobPost } from '../job-post-view.ts';
import { contextOf } from '../request-context.ts';

/**
 * `GET /jobs/:id` shows a job post: 200 `{ job }`. That it was viewed is tracked behind the answer,
 * which neither waits for the queue nor fails with it.
 * Refusals: 401, 404 `job_post_not_found`.
 */
export const showJobPost =
  ({
    database,
    callers,
    producer,
    background,
  }: {
    database: Database;
    callers: Callers;
    producer: Pick<Producer, 'enqueue'>;
    background: Background;
  }): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const { owner } = await callers.anyone(request);
    const { post, employer } = await existingJobPost(database, request.params.id);
    response.json({ job: viewJobPost(post, employer) });

    const { log, traceParent } = contextOf(request);
    const view = {
      userId: owner,
      eventType: 'job_view',
      eventData: { jobId: post.id, jobTitle: post.title },
      occurredAt: new Date().toISOString(),
    };
    background.run(
      'track job view',
      async () => {
        await producer.enqueue(trackUserEvent, view, { owner, origin: 'http', traceParent });
      },
      log,
    );
  };
