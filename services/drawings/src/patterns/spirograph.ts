import type { Canvas } from '../canvas.ts';
import { centreOf, heightOf, type Point, widthOf } from '../geometry.ts';

/** Teeth of the outer ring, as on the toy. */
const RING = 96;

/** Wheels that close after many turns, but not too many. */
const WHEELS = [36, 40, 44, 45, 50, 52, 56, 60, 63, 64] as const;

/** Two to four wheels that roll inside one ring, each a closed line, the smaller within the larger. */
export const spirograph = ({ frame, random, spacing, draw }: Canvas): void => {
  const [x, y] = centreOf(frame);
  const reach = Math.min(widthOf(frame), heightOf(frame)) / 2;
  const wheels = spacing > 3 ? 2 : spacing > 1.6 ? 3 : 4;
  for (let i = 0; i < wheels; i += 1) {
    const wheel = random.pick(WHEELS);
    const hole = random.between(0.55, 0.95);
    const turn = random.between(0, 2 * Math.PI);
    const size = (reach * (1 - i / (wheels + 0.8))) / (RING - wheel + wheel * hole);
    const turns = wheel / greatestCommonDivisor(RING, wheel);
    const steps = Math.ceil(turns * 2 * Math.PI * (12 + size * 30));
    draw(
      Array.from({ length: steps + 1 }, (_, step): Point => {
        const angle = (step / steps) * turns * 2 * Math.PI;
        const [far, rolled] = [RING - wheel, ((RING - wheel) / wheel) * angle];
        const px = far * Math.cos(angle) + wheel * hole * Math.cos(rolled);
        const py = far * Math.sin(angle) - wheel * hole * Math.sin(rolled);
        return [
          x + size * (px * Math.cos(turn) - py * Math.sin(turn)),
          y + size * (px * Math.sin(turn) + py * Math.cos(turn)),
        ];
      }),
      i,
    );
  }
};

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);
