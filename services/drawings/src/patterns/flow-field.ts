import type { Canvas } from '../canvas.ts';
import { type Frame, heightOf, isInside, lengthOf, type Point, widthOf } from '../geometry.ts';
import { createNoise } from '../noise.ts';
import { createNeighbourhood, type Neighbourhood } from './neighbourhood.ts';

/** Between two points of a line, in millimetres. */
const STEP = 0.8;

/** How close to another line one may come, as a share of the distance at which lines begin. */
const CLOSEST = 0.62;

/** Shorter than so many times their distance, lines look like dust. */
const SHORTEST = 4;

type Field = (at: Point) => number;

/**
 * Lines that follow a wind, evenly spaced: each line begins beside an older one and ends where it would
 * come too close to another (after B. Jobard and W. Lefer, 1997).
 */
export const flowField = (canvas: Canvas): void => {
  const { frame, random, spacing, pens, draw } = canvas;
  const noise = createNoise(random);
  const scale = random.between(1.3, 2.1) / Math.max(widthOf(frame), heightOf(frame));
  const wind = random.between(0, 2 * Math.PI);
  const field: Field = ([x, y]) => wind + noise(x * scale, y * scale) * Math.PI * 1.15;
  const drawn = createNeighbourhood(spacing);

  const begin = (at: Point, pen: number): Point[] | undefined => {
    if (!isInside(at, frame) || drawn.anyWithin(at, spacing * 0.98)) return undefined;
    const line = follow(at, { field, frame, drawn, closest: spacing * CLOSEST });
    if (lengthOf(line) < spacing * SHORTEST) return undefined;
    for (const point of line) drawn.add(point);
    draw(line, pen);
    return line;
  };

  let count = 0;
  for (let tries = 0; tries < 200; tries += 1) {
    const somewhere: Point = [
      random.between(frame.left, frame.right),
      random.between(frame.top, frame.bottom),
    ];
    const lines = [begin(somewhere, bandOf(somewhere, canvas))];
    for (const line of lines) {
      if (line === undefined) continue;
      count += 1;
      for (const beside of besides(line, spacing, field)) {
        lines.push(begin(beside, pens === 1 ? 0 : bandOf(beside, canvas)));
      }
    }
    if (count > 0 && tries > 40) break;
  }
};

/** Which pen draws in this place: bands from the top to the bottom. */
const bandOf = ([, y]: Point, { frame, pens }: Canvas): number =>
  Math.min(Math.floor(((y - frame.top) / heightOf(frame)) * pens), pens - 1);

/** Where the next lines may begin: on both sides of every few points. */
const besides = (line: readonly Point[], away: number, field: Field): Point[] =>
  line
    .filter((_, i) => i % 3 === 0)
    .flatMap((at): Point[] => {
      const across = field(at) + Math.PI / 2;
      const [dx, dy] = [away * Math.cos(across), away * Math.sin(across)];
      return [
        [at[0] + dx, at[1] + dy],
        [at[0] - dx, at[1] - dy],
      ];
    });

type Limits = { field: Field; frame: Frame; drawn: Neighbourhood; closest: number };

/** Down the wind and up the wind from a place, as one line. */
const follow = (from: Point, limits: Limits): Point[] => [
  ...halfLine(from, -STEP, limits).toReversed(),
  from,
  ...halfLine(from, STEP, limits),
];

const halfLine = (from: Point, step: number, { field, frame, drawn, closest }: Limits): Point[] => {
  const points: Point[] = [];
  const longest = 2 * (widthOf(frame) + heightOf(frame));
  let at = from;
  for (let length = 0; length < longest; length += STEP) {
    const angle = field(at);
    const middle: Point = [
      at[0] + (Math.cos(angle) * step) / 2,
      at[1] + (Math.sin(angle) * step) / 2,
    ];
    const better = field(middle);
    at = [at[0] + Math.cos(better) * step, at[1] + Math.sin(better) * step];
    if (!isInside(at, frame) || drawn.anyWithin(at, closest)) break;
    points.push(at);
  }
  return points;
};
