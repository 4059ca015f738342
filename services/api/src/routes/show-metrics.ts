import type { RequestHandler } from 'express';
import type { Metrics } from '../metrics.ts';

/** `GET /metrics` in the text format of Prometheus. Refusals: in production 401, 403. */
export const showMetrics =
  ({ registry }: Pick<Metrics, 'registry'>): RequestHandler =>
  async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  };
