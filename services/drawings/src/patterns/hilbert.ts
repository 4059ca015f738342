import type { Canvas } from '../canvas.ts';
import { centreOf, heightOf, type Point, widthOf } from '../geometry.ts';

const MAX_ORDER = 9;

/** Hilbert's curve: one line through every cell of a square, each cell once, with rounded corners. */
export const hilbert = ({ frame, random, spacing, draw }: Canvas): void => {
  const side = Math.min(widthOf(frame), heightOf(frame));
  const order = Math.min(Math.max(Math.round(Math.log2(side / spacing)), 1), MAX_ORDER);
  const cells = 2 ** order;
  const cell = side / cells;
  const [x, y] = centreOf(frame);
  const turned = random.whole(0, 3);
  const place = ([column, row]: Point): Point => {
    const [a, b] = turnBy(turned, [column - (cells - 1) / 2, row - (cells - 1) / 2]);
    return [x + a * cell, y + b * cell];
  };
  draw(rounded(Array.from({ length: cells * cells }, (_, i) => place(cellAt(order, i)))));
};

/** Where the curve is after so many cells; the bits of the number are the way down the quadrants. */
const cellAt = (order: number, index: number): Point => {
  let [x, y, rest] = [0, 0, index];
  for (let side = 1; side < 2 ** order; side *= 2) {
    const right = (rest >> 1) & 1;
    const lower = (rest ^ right) & 1;
    if (lower === 0) {
      if (right === 1) [x, y] = [side - 1 - x, side - 1 - y];
      [x, y] = [y, x];
    }
    x += side * right;
    y += side * lower;
    rest >>= 2;
  }
  return [x, y];
};

const turnBy = (quarters: number, [x, y]: Point): Point =>
  (
    [
      [x, y],
      [-y, x],
      [-x, -y],
      [y, -x],
    ] as const
  )[quarters] ?? [x, y];

/** Each corner becomes a small arc, which a pen takes without stopping. */
const rounded = (points: readonly Point[]): Point[] =>
  points.flatMap((corner, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (before === undefined || after === undefined) return [corner];
    const from = towards(corner, before, 0.36);
    const to = towards(corner, after, 0.36);
    const straight =
      Math.abs(
        (from[0] - corner[0]) * (to[1] - corner[1]) - (from[1] - corner[1]) * (to[0] - corner[0]),
      ) < 1e-9;
    if (straight) return [];
    return [0, 0.25, 0.5, 0.75, 1].map((t) => bezier(from, corner, to, t));
  });

const towards = ([x, y]: Point, [otherX, otherY]: Point, share: number): Point => [
  x + (otherX - x) * share,
  y + (otherY - y) * share,
];

const bezier = (from: Point, control: Point, to: Point, t: number): Point => {
  const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
  return [a * from[0] + b * control[0] + c * to[0], a * from[1] + b * control[1] + c * to[1]];
};
