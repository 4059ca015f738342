import type { RequestHandler } from 'express';
import type { Metrics } from '../metrics.ts';

/** `GET /metrics` in the text format of Prometheus. Refusals: in production 401, 403. */
export const showMetrics =
  ({ contentType, scrape }: Pick<Metrics, 'contentType' | 'scrape'>): RequestHandler =>
  async (_request, response) => {
    response.type(contentType).send(await scrape());
  };
