/** In millimetres from the top left corner of the sheet, y downwards, as SVG has it. */
export type Point = readonly [x: number, y: number];

/** Drawn without lifting the pen. */
export type Path = readonly Point[];

/** A path and the pen that draws it, from 0. */
export type Stroke = { pen: number; path: Path };

/** The part of the sheet that is drawn on. */
export type Frame = { left: number; top: number; right: number; bottom: number };

export const distance = ([ax, ay]: Point, [bx, by]: Point): number => Math.hypot(bx - ax, by - ay);

export const lengthOf = (path: Path): number =>
  path.reduce((sum, point, i) => sum + (i === 0 ? 0 : distance(path[i - 1]!, point)), 0);

export const first = (path: Path): Point => path[0]!; // No path is empty: the canvas keeps none that is.

export const last = (path: Path): Point => path.at(-1)!;

export const centreOf = ({ left, top, right, bottom }: Frame): Point => [
  (left + right) / 2,
  (top + bottom) / 2,
];

export const widthOf = ({ left, right }: Frame): number => right - left;

export const heightOf = ({ top, bottom }: Frame): number => bottom - top;

export const isInside = ([x, y]: Point, { left, top, right, bottom }: Frame): boolean =>
  x >= left && x <= right && y >= top && y <= bottom;

/** From `from` to `to` in even steps of at most `step`, both ends included. */
export const steps = (from: number, to: number, step: number): number[] => {
  const count = Math.max(1, Math.ceil(Math.abs(to - from) / step));
  return Array.from({ length: count + 1 }, (_, i) => from + ((to - from) * i) / count);
};
