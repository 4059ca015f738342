import { z } from 'zod';

/** In millimetres: A0 and a little more; a pen cannot draw smaller than it is wide. */
const side = z.number().min(10).max(1_300);

/** What is asked of a drawing. The same request gives the same drawing, to the byte. */
export const drawingRequest = z.strictObject({
  /** Of the sheet, in millimetres. */
  width: side.default(200),
  height: side.default(200),
  patternType: z
    .enum([
      'spiral',
      'grid',
      'hilbert',
      'flow_field',
      'rose',
      'spirograph',
      'hatch',
      'truchet',
      'voronoi',
    ])
    .default('spiral'),
  /** What a browser saves it as; never part of a path. */
  filename: z
    .string()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}*$/u, 'must not hold control characters')
    .default('drawing.svg'),
  /** What chance there is in it. */
  seed: z.int().min(0).max(4_294_967_295).default(1),
  /** 1 is airy, 10 as dense as a fine pen allows. */
  density: z.int().min(1).max(10).default(5),
  /** How many pens share the work, a layer each. */
  pens: z.int().min(1).max(4).default(1),
});

export type DrawingRequest = z.output<typeof drawingRequest>;
