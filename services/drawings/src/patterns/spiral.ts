import { type Canvas, MAX_POINTS } from '../canvas.ts';
import { centreOf, heightOf, type Point, widthOf } from '../geometry.ts';
import { createNoise } from '../noise.ts';

/** Between two points of the line, in millimetres. */
const STEP = 0.7;

/**
 * One line from the middle outwards that breathes as it goes, an arm for each pen; the arms wind round
 * each other and never touch.
 */
export const spiral = ({ frame, random, spacing, pens, draw }: Canvas): void => {
  const [x, y] = centreOf(frame);
  const reach = Math.min(widthOf(frame), heightOf(frame)) / 2;
  const noise = createNoise(random);
  const turn = random.between(0, 2 * Math.PI);
  // All arms sway alike, so that they keep their distance.
  const sway = (radius: number, angle: number) =>
    noise(2.2 * Math.cos(angle), 2.2 * Math.sin(angle) + radius / reach) * 0.09 * radius;

  for (let pen = 0; pen < pens; pen += 1) {
    const points: Point[] = [];
    const perRadian = (spacing * pens) / (2 * Math.PI);
    let angle = 0;
    for (;;) {
      const radius = perRadian * angle;
      if (radius > reach / 1.09 || points.length > MAX_POINTS) break;
      const at = angle + turn + (pen * 2 * Math.PI) / pens;
      const swayed = radius + sway(radius, at);
      points.push([x + swayed * Math.cos(at), y + swayed * Math.sin(at)]);
      angle += STEP / Math.max(radius, spacing / 2);
    }
    draw(points, pen);
  }
};
