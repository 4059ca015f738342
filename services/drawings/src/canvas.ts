import { DrawingTooComplexError } from './errors/drawing-too-complex-error.ts';
import type { Frame, Path, Stroke } from './geometry.ts';
import type { Random } from './random.ts';

/** About 4 MB of SVG. */
export const MAX_POINTS = 300_000;

/** What a pattern draws on, and with. */
export type Canvas = {
  frame: Frame;
  random: Random;
  /** How far lines lie apart, in millimetres. */
  spacing: number;
  pens: number;
  /** @throws {DrawingTooComplexError} once it is too much in all. */
  draw(path: Path, pen?: number): void;
  strokes: Stroke[];
};

/** A pattern draws all of itself on a canvas. */
export type Pattern = (canvas: Canvas) => void;

/** Millimetres between lines: 6 at density 1, 0.9 at 10. */
const spacingOf = (density: number) => 6 * 0.81 ** (density - 1);

const MARGIN_SHARE = 0.06;

export const openCanvas = ({
  width,
  height,
  density,
  pens,
  random,
}: {
  width: number;
  height: number;
  density: number;
  pens: number;
  random: Random;
}): Canvas => {
  const margin = Math.min(width, height) * MARGIN_SHARE;
  const strokes: Stroke[] = [];
  let points = 0;
  return {
    frame: { left: margin, top: margin, right: width - margin, bottom: height - margin },
    random,
    spacing: spacingOf(density),
    pens,
    strokes,
    draw(path, pen = 0) {
      points += path.length;
      if (points > MAX_POINTS) throw new DrawingTooComplexError(MAX_POINTS);
      if (path.length > 1) strokes.push({ pen: pen % pens, path });
    },
  };
};
