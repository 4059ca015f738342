import type { HeldJobs, HeldSelection } from '@shared/queue';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Callers } from '../callers.ts';
import { InvalidRequestError } from '../errors/invalid-request-error.ts';
import { parseRequest } from '../parse-request.ts';
import { readBody } from '../read-body.ts';
import { contextOf } from '../request-context.ts';

type Parts = { held: HeldJobs; callers: Callers };

const query = z.strictObject({
  refused: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .exactOptional(),
  limit: z.coerce.number().int().min(1).max(1_000).exactOptional(),
});

/**
 * `GET /held-jobs?refused=true` lists the jobs that are enqueued and not in their queues yet, for
 * operators, the oldest first: 200 `{ jobs, counts }`. Refusals: 400 `invalid_request`, 401, 403.
 */
export const listHeldJobs =
  ({ held, callers }: Parts): RequestHandler =>
  async (request, response) => {
    await callers.operator(request);
    const options = parseRequest(query, request.query);
    const [jobs, counts] = await Promise.all([held.list(options), held.count()]);
    response.setHeader('cache-control', 'no-store').json({ jobs, counts });
  };

const Body = z.strictObject({
  ids: z.array(z.string().min(1).max(2_000)).min(1).max(10_000).exactOptional(),
  all: z.literal(true).exactOptional(),
});

/**
 * `POST /held-jobs/redrive` has refused jobs delivered anew, `POST /held-jobs/delete` deletes them for
 * good, for operators: `{ ids | all }` → 200 `{ jobs, unknown }`.
 * Refusals: 400 `invalid_request`, 401, 403.
 */
export const actOnHeldJobs =
  (verb: 'redrive' | 'delete', { held, callers }: Parts): RequestHandler =>
  async (request, response) => {
    const { owner } = await callers.operator(request);
    const outcome = await held[verb](selectionOf(readBody(request, Body)));
    contextOf(request).log.info({ owner, verb, jobs: outcome.jobs.length }, 'held jobs seen to');
    response.json(outcome);
  };

const selectionOf = ({ ids, all }: z.output<typeof Body>): HeldSelection => {
  if ((ids === undefined) === (all === undefined)) {
    throw new InvalidRequestError(
      'ids',
      'it is not said which jobs are meant, or in two ways',
      'Give one of ids and all.',
    );
  }
  return ids ?? 'all';
};
