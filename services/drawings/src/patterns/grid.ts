import type { Canvas } from '../canvas.ts';
import { type Frame, heightOf, type Point, steps, widthOf } from '../geometry.ts';
import { createNoise } from '../noise.ts';

/** Between two points of a line, in millimetres. */
const STEP = 1.2;

/** A net that lies over hills: all its rows are one line that goes to and fro, and so are its columns. */
export const grid = ({ frame, random, spacing, draw }: Canvas): void => {
  const noise = createNoise(random);
  const mesh = spacing * 1.8;
  const scale = 3.2 / Math.max(widthOf(frame), heightOf(frame));
  const height = Math.min(widthOf(frame), heightOf(frame)) * 0.05;
  const warped = ([x, y]: Point): Point => {
    const free = roomAround([x, y], frame, height);
    return [
      x + free * noise(x * scale, y * scale),
      y + free * noise(x * scale + 40, y * scale + 40),
    ];
  };
  const xs = steps(frame.left, frame.right, mesh);
  const ys = steps(frame.top, frame.bottom, mesh);
  const across = steps(frame.left, frame.right, STEP);
  const down = steps(frame.top, frame.bottom, STEP);
  draw(toAndFro(ys, (y) => across.map((x): Point => [x, y])).map(warped), 0);
  draw(toAndFro(xs, (x) => down.map((y): Point => [x, y])).map(warped), 1);
};

const toAndFro = (at: readonly number[], line: (at: number) => Point[]): Point[] =>
  at.flatMap((place, i) => (i % 2 === 0 ? line(place) : line(place).toReversed()));

/** How far a point may be moved: less towards the edge, where the net is held. */
const roomAround = ([x, y]: Point, { left, top, right, bottom }: Frame, most: number) =>
  Math.min(most, (x - left) * 0.6, (right - x) * 0.6, (y - top) * 0.6, (bottom - y) * 0.6);
