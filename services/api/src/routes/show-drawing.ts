import { type Database, type Drawing, findDrawing } from '@shared/database';
import type { Storage } from '@shared/storage';
import type { RequestHandler } from 'express';
import type { Callers } from '../callers.ts';
import { inlineAs } from '../content-disposition.ts';
import { DrawingNotFoundError } from '../errors/drawing-not-found-error.ts';
import { DrawingNotReadyError } from '../errors/drawing-not-ready-error.ts';
import { sendStored } from '../send-stored.ts';

/** A drawing never changes once it is made. */
const CACHE_CONTROL = 'private, max-age=86400, immutable';

/** What there is of a drawing. */
const PARTS = {
  svg: { extension: '.svg', keyOf: (drawing: Drawing) => drawing.storageKey },
  preview: { extension: '.png', keyOf: (drawing: Drawing) => drawing.previewKey },
} as const;

/**
 * `GET /drawings/:id` shows the SVG, and `GET /drawings/:id/preview` a PNG of it, to whoever asked for
 * the drawing and to operators.
 * Refusals: 401, 404 `drawing_not_found`, `drawing_not_ready`, 416 `unsatisfiable_range`.
 */
export const showDrawing =
  (
    part: keyof typeof PARTS,
    { database, storage, callers }: { database: Database; storage: Storage; callers: Callers },
  ): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const caller = await callers.anyone(request);
    const drawing = await findDrawing(database, request.params.id);
    if (drawing === undefined || !(caller.operator || drawing.ownerId === caller.owner)) {
      throw new DrawingNotFoundError();
    }
    const { extension, keyOf } = PARTS[part];
    const key = keyOf(drawing);
    if (key === null) throw new DrawingNotReadyError();
    response.setHeader(
      'content-disposition',
      inlineAs(drawing.filename.replace(/\.svg$/i, ''), extension),
    );
    await sendStored(request, response, { storage, key, cacheControl: CACHE_CONTROL });
  };
