import type { DeadLetters } from '@shared/queue';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Callers } from '../callers.ts';
import { selectionOf } from '../dead-letter-selection.ts';
import { enqueueOptions } from '../enqueue-request.ts';
import { selectionFields } from '../filter-request.ts';
import { readBody } from '../read-body.ts';
import { contextOf } from '../request-context.ts';

const Body = z.strictObject({
  ...selectionFields,
  priority: enqueueOptions.shape.priority,
  attempts: z.number().optional(),
  spreadMs: z.number().optional(),
});

/**
 * `POST /dead-letters/redrive` puts dead letters back to work, for operators: `{ ids | filter | all,
 * dryRun?, priority?, attempts?, spreadMs? }` → 200 `{ dryRun, jobs, skipped }`.
 * Refusals: 400 `invalid_request`, `invalid_option`, 401, 403.
 */
export const redriveDeadLetters =
  ({
    deadLetters,
    callers,
  }: {
    deadLetters: Pick<DeadLetters, 'redrive'>;
    callers: Callers;
  }): RequestHandler =>
  async (request, response) => {
    const { owner } = await callers.operator(request);
    const body = readBody(request, Body);
    const { dryRun = false, priority, attempts, spreadMs, ...which } = body;
    const outcome = await deadLetters.redrive(selectionOf(which), {
      dryRun,
      ...(priority === undefined ? {} : { priority: priority as never }), // 0–9 or a name, as parsed.
      ...(attempts === undefined ? {} : { attempts }),
      ...(spreadMs === undefined ? {} : { spreadMs }),
    });
    const { log } = contextOf(request);
    if (!dryRun) log.info({ owner, jobs: outcome.jobs.length }, 'dead letters redriven');
    response.json(outcome);
  };
