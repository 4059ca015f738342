import { lengthOf, type Path, type Stroke } from '../geometry.ts';
import { joinPaths } from './join-paths.ts';
import { orderPaths, travelOf } from './order-paths.ts';
import { simplify } from './simplify.ts';

/** What each pen draws, in the order it is drawn. */
export type PenPlan = {
  /** A layer for each pen that has something to draw. */
  layers: { pen: number; paths: Path[] }[];
  drawnMm: number;
  /** As the pattern drew it, and as it was put in order. */
  travelBeforeMm: number;
  travelMm: number;
};

/** Joins, simplifies and orders the strokes of each pen. */
export const planPens = (strokes: readonly Stroke[]): PenPlan => {
  const pens = [...new Set(strokes.map(({ pen }) => pen))].toSorted((one, other) => one - other);
  const drawn = pens.map((pen) =>
    strokes.filter((stroke) => stroke.pen === pen).map(({ path }) => path),
  );
  const planned = drawn.map((paths) => orderPaths(joinPaths(paths).map((path) => simplify(path))));
  return {
    layers: planned.map((paths, i) => ({ pen: pens[i] ?? 0, paths })),
    drawnMm: sum(planned.flat().map(lengthOf)),
    travelBeforeMm: sum(drawn.map((paths) => travelOf(paths))),
    travelMm: sum(planned.map((paths) => travelOf(paths))),
  };
};

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
