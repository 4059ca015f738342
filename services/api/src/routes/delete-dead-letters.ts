import type { DeadLetters } from '@shared/queue';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Callers } from '../callers.ts';
import { selectionOf } from '../dead-letter-selection.ts';
import { selectionFields } from '../filter-request.ts';
import { readBody } from '../read-body.ts';
import { contextOf } from '../request-context.ts';

const Body = z.strictObject(selectionFields);

/**
 * `POST /dead-letters/delete` deletes dead letters for good, for operators: `{ ids | filter | all,
 * dryRun? }` → 200 `{ dryRun, jobs, skipped }`.
 * Refusals: 400 `invalid_request`, `invalid_option`, 401, 403.
 */
export const deleteDeadLetters =
  ({
    deadLetters,
    callers,
  }: {
    deadLetters: Pick<DeadLetters, 'delete'>;
    callers: Callers;
  }): RequestHandler =>
  async (request, response) => {
    const { owner } = await callers.operator(request);
    const { dryRun = false, ...which } = readBody(request, Body);
    const outcome = await deadLetters.delete(selectionOf(which), { dryRun });
    const { log } = contextOf(request);
    if (!dryRun) log.info({ owner, jobs: outcome.jobs.length }, 'dead letters deleted');
    response.json(outcome);
  };
