import type { Producer } from '@shared/queue';
import type { RequestHandler } from 'express';

/**
 * `GET /health/queues` tells how many jobs each queue has by status, and how many workers serve it:
 * 200 `{ queues }`. Refusals: in production 401, 403; 503 `queue_unavailable`.
 */
export const queueHealth =
  ({ producer }: { producer: Pick<Producer, 'queueCounts'> }): RequestHandler =>
  async (_request, response) => {
    const queues = await producer.queueCounts();
    response.setHeader('cache-control', 'no-store').json({ queues });
  };
