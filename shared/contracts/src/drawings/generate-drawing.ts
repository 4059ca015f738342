import { z } from 'zod';
import { defineTask } from '../task.ts';
import { drawingPriorityName } from './drawing-priority.ts';
import { drawingRequest } from './drawing-request.ts';

/** Draws a pattern as SVG for a pen plotter, with a PNG to look at. Safe to run twice. */
export const generateDrawing = defineTask({
  name: 'drawings.generate-drawing',
  queue: 'drawings',
  payload: z.strictObject({
    ...drawingRequest.shape,
    /** Where the job stands in the queue is said when it is enqueued; old programs say it here as well. */
    priority: drawingPriorityName.optional(),
  }),
  result: z.strictObject({
    /** The job's own id. */
    drawingId: z.string(),
    filename: z.string(),
    /** The object's keys in storage. */
    key: z.string(),
    previewKey: z.string(),
    bytes: z.int(),
    paths: z.int(),
    /** How far the pen goes while it is down, in millimetres. */
    drawnMm: z.number(),
    /** And while it is up: as it was drawn, and in the order that was found. */
    travelBeforeMm: z.number(),
    travelMm: z.number(),
  }),
  attempts: 3,
  timeoutMs: 600_000,
  keepResultMs: 3_600_000,
  isolate: 'thread',
  memoryLimitMb: 256,
  python: {
    name: 'workers.svg_tasks.generate_svg',
    args: ['width', 'height', 'patternType', 'filename'],
  },
});
