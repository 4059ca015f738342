import type { Canvas } from '../canvas.ts';
import { centreOf, heightOf, type Point, widthOf } from '../geometry.ts';

/** Petals and the degrees between two points, pairs that make good lace. */
const KINDS: [[number, number], ...[number, number][]] = [
  [2, 39],
  [3, 47],
  [4, 31],
  [5, 97],
  [6, 71],
  [7, 19],
];

/** Maurer's rose: a rose curve, and one line of chords that jumps over it until it is closed. */
export const rose = ({ frame, random, spacing, draw }: Canvas): void => {
  const [x, y] = centreOf(frame);
  const reach = Math.min(widthOf(frame), heightOf(frame)) / 2;
  const [petals, degrees] = random.pick(KINDS);
  const turn = random.between(0, 2 * Math.PI);
  const at = (angle: number): Point => {
    const radius = reach * Math.sin(petals * angle);
    return [x + radius * Math.cos(angle + turn), y + radius * Math.sin(angle + turn)];
  };
  // Every chord is worth its ink on a large sheet only.
  const chords = spacing > 4.5 ? 180 : 360;
  const jump = chords === 360 ? degrees : degrees * 2;
  draw(
    Array.from({ length: chords + 1 }, (_, i) => at((i * jump * Math.PI) / 180)),
    0,
  );
  const steps = Math.ceil(reach * petals * 6);
  draw(
    Array.from({ length: steps + 1 }, (_, i) => at((i * 2 * Math.PI) / steps)),
    1,
  );
};
