import type { Path, Point } from '../geometry.ts';

/** No pen and no eye sees less, in millimetres. */
const TOLERANCE = 0.015;

/** Leaves out the points without which the line is the same (Douglas and Peucker). */
export const simplify = (path: Path, tolerance = TOLERANCE): Path => {
  if (path.length < 3) return path;
  const kept = new Uint8Array(path.length);
  kept[0] = 1;
  kept[path.length - 1] = 1;
  const spans: [number, number][] = [[0, path.length - 1]];
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [from, to] = span;
    const [furthest, away] = furthestFrom(path, from, to);
    if (away <= tolerance) continue;
    kept[furthest] = 1;
    spans.push([from, furthest], [furthest, to]);
  }
  return path.filter((_, i) => kept[i] === 1);
};

const furthestFrom = (path: Path, from: number, to: number): [number, number] => {
  let [furthest, most] = [from, -1];
  for (let i = from + 1; i < to; i += 1) {
    const away = awayFrom(path[i]!, path[from]!, path[to]!);
    if (away > most) [furthest, most] = [i, away];
  }
  return [furthest, most];
};

/** From a point to the line between two others. */
const awayFrom = ([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number => {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const along =
    square === 0 ? 0 : Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / square, 0), 1);
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
};
