import { randomUUID } from 'node:crypto';
import {
  drawingPriority,
  drawingPriorityName,
  drawingRequest,
  generateDrawing,
} from '@shared/contracts';
import { createDrawing, type Database, deleteDrawing } from '@shared/database';
import type { Producer } from '@shared/queue';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Callers } from '../callers.ts';
import { readBody } from '../read-body.ts';
import { contextOf } from '../request-context.ts';

const body = z.strictObject({
  ...drawingRequest.shape,
  priority: drawingPriorityName.default('default'),
});

/**
 * `POST /drawings` has a pattern drawn: 202 `{ drawing: { id, url, previewUrl }, jobId, statusUrl }`.
 * Refusals: 400 `invalid_request`, 401, 429 `rate_limited`, 503.
 */
export const requestDrawing =
  ({
    database,
    producer,
    callers,
  }: {
    database: Database;
    producer: Pick<Producer, 'enqueue'>;
    callers: Callers;
  }): RequestHandler =>
  async (request, response) => {
    const { owner } = await callers.anyone(request);
    const { priority, ...wanted } = readBody(request, body);
    const { log, traceParent } = contextOf(request);
    const id = `drawing-${randomUUID()}`;
    const { filename, patternType: pattern } = wanted;
    await createDrawing(database, { id, ownerId: owner, filename, pattern });
    try {
      const job = await producer.enqueue(generateDrawing, wanted, {
        id,
        owner,
        group: owner,
        priority: drawingPriority(priority),
        origin: 'http',
        traceParent,
      });
      const statusUrl = `/jobs/status/${job.id}`;
      const url = `/drawings/${id}`;
      response
        .status(202)
        .location(statusUrl)
        .json({ drawing: { id, url, previewUrl: `${url}/preview` }, jobId: job.id, statusUrl });
    } catch (error) {
      await deleteDrawing(database, id).catch((reason: unknown) =>
        log.warn({ error: reason, drawingId: id }, 'part of a failed request is left behind'),
      );
      throw error;
    }
  };
