import { type Producer, searchJobs } from '@shared/queue';
import type { RequestHandler } from 'express';
import type { Callers } from '../callers.ts';
import { searchQuery } from '../filter-request.ts';
import { parseRequest } from '../parse-request.ts';

/**
 * `GET /search?task=…&status=failed,cancelled&limit=50` finds jobs, for operators: 200
 * `{ jobs, cursor }`, without payloads and results. A page may be short and not be the last: that
 * one's cursor is null. Refusals: 400 `invalid_request`, `invalid_option`, 401, 403.
 */
export const search =
  ({
    producer,
    callers,
    prefix,
  }: {
    producer: Pick<Producer, 'redis'>;
    callers: Callers;
    prefix: string;
  }): RequestHandler =>
  async (request, response) => {
    await callers.operator(request);
    const { limit, cursor, ...filter } = parseRequest(searchQuery, request.query);
    const found = await searchJobs({ redis: producer.redis, prefix }, filter, {
      ...(limit === undefined ? {} : { limit }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    response.setHeader('cache-control', 'no-store').json(found);
  };
