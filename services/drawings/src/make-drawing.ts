import { createHash } from 'node:crypto';
import type { DrawingRequest } from '@shared/contracts';
import { type Database, recordDrawing } from '@shared/database';
import type { Attempt } from '@shared/queue';
import type { Storage } from '@shared/storage';
import { draw } from './draw.ts';
import { renderPreview } from './render-preview.ts';

/** What the work needs to know of its attempt. */
export type DrawingAttempt = Pick<
  Attempt,
  'jobId' | 'fence' | 'owner' | 'signal' | 'log' | 'progress'
>;

export type DrawingServices = { database: Database; storage: Storage };

/**
 * Makes one drawing with its preview, stores both and records them. Keys follow from the job and
 * content from the request, so a repetition replaces them with the same.
 */
export const makeDrawing = async (
  request: DrawingRequest,
  { jobId, fence, owner, signal, log, progress }: DrawingAttempt,
  { database, storage }: DrawingServices,
) => {
  const { filename, patternType } = request;
  const { svg, ...drawn } = draw(request);
  progress(0.5, 'drawn');
  signal.throwIfAborted();
  const preview = await renderPreview(svg, request);
  progress(0.8, 'preview rendered');

  const folder = `drawings/${folderOf(jobId)}`;
  const [key, previewKey] = [`${folder}/drawing.svg`, `${folder}/preview.png`];
  const content = Buffer.from(svg);
  signal.throwIfAborted();
  await storage.put(previewKey, preview, { contentType: 'image/png', signal });
  await storage.put(key, content, { contentType: 'image/svg+xml', signal });
  const { paths, drawnMm, travelBeforeMm, travelMm } = drawn;
  const bytes = content.byteLength;
  await recordDrawing(database, {
    id: jobId,
    ownerId: owner,
    filename,
    pattern: patternType,
    fence,
    storageKey: key,
    previewKey,
    bytes,
    drawnMm,
    travelMm,
  });

  log.info(
    { pattern: patternType, bytes, paths, drawnMm, travelBeforeMm, travelMm },
    'drawing stored',
  );
  return {
    drawingId: jobId,
    filename,
    key,
    previewKey,
    bytes,
    paths,
    drawnMm: rounded(drawnMm),
    travelBeforeMm: rounded(travelBeforeMm),
    travelMm: rounded(travelMm),
  };
};

/** Programs may give their jobs ids that are no names of files. */
const folderOf = (jobId: string): string =>
  /^[\w-]{1,100}$/.test(jobId) ? jobId : createHash('sha256').update(jobId).digest('hex');

const rounded = (millimetres: number) => Math.round(millimetres * 10) / 10;
