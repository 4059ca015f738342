import type { DeadLetters } from '@shared/queue';
import type { RequestHandler } from 'express';
import type { Callers } from '../callers.ts';
import { deadLetterQuery } from '../filter-request.ts';
import { parseRequest } from '../parse-request.ts';

/**
 * `GET /dead-letters?queue=…&errorText=…` lists the jobs that failed for good, for operators, the
 * latest first: 200 `{ deadLetters, cursor }`. Refusals: 400 `invalid_request`, `invalid_option`,
 * 401, 403.
 */
export const listDeadLetters =
  ({
    deadLetters,
    callers,
  }: {
    deadLetters: Pick<DeadLetters, 'list'>;
    callers: Callers;
  }): RequestHandler =>
  async (request, response) => {
    await callers.operator(request);
    const { limit, cursor, ...filter } = parseRequest(deadLetterQuery, request.query);
    const found = await deadLetters.list(filter, {
      ...(limit === undefined ? {} : { limit }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    response.setHeader('cache-control', 'no-store').json(found);
  };
