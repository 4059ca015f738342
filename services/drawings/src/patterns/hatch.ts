import type { Canvas } from '../canvas.ts';
import { heightOf, type Point, widthOf } from '../geometry.ts';
import { createNoise } from '../noise.ts';

/** Tiles of parallel lines, close where a landscape is dark; the lines of a tile are one. */
export const hatch = ({ frame, random, spacing, pens, draw }: Canvas): void => {
  const noise = createNoise(random);
  const wanted = spacing * 5;
  const columns = Math.max(Math.round(widthOf(frame) / wanted), 1);
  const rows = Math.max(Math.round(heightOf(frame) / wanted), 1);
  const [width, height] = [widthOf(frame) / columns, heightOf(frame) / rows];
  const scale = 4 / Math.max(columns, rows);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const tone = (noise(column * scale, row * scale) + 1) / 2;
      const angle = (random.whole(0, 3) * Math.PI) / 4;
      const apart = spacing * (0.45 + 1.25 * (1 - tone));
      const tile = {
        x: frame.left + (column + 0.5) * width,
        y: frame.top + (row + 0.5) * height,
        halfWidth: width * 0.46,
        halfHeight: height * 0.46,
      };
      const pen = Math.min(Math.floor(tone * pens), pens - 1);
      draw(hatched(tile, angle, apart), pen);
    }
  }
};

type Tile = { x: number; y: number; halfWidth: number; halfHeight: number };

/** Lines at an angle across a tile, joined at their ends. */
const hatched = ({ x, y, halfWidth, halfHeight }: Tile, angle: number, apart: number): Point[] => {
  const [along, across]: [Point, Point] = [
    [Math.cos(angle), Math.sin(angle)],
    [-Math.sin(angle), Math.cos(angle)],
  ];
  const reach = Math.abs(across[0]) * halfWidth + Math.abs(across[1]) * halfHeight;
  const count = Math.max(Math.floor((2 * reach) / apart), 1);
  const points: Point[] = [];
  for (let i = 0; i <= count; i += 1) {
    // A line through the very corner would be a dot.
    const offset = (-1 + (2 * (i + 0.5)) / (count + 1)) * reach;
    const [from, to] = cut(along, [across[0] * offset, across[1] * offset], halfWidth, halfHeight);
    const line = [from, to].map((t): Point => [
      x + across[0] * offset + along[0] * t,
      y + across[1] * offset + along[1] * t,
    ]);
    points.push(...(i % 2 === 0 ? line : line.toReversed()));
  }
  return points;
};

/** Between which distances along `direction` from `through` one is within ±halfWidth and ±halfHeight. */
const cut = (
  direction: Point,
  through: Point,
  halfWidth: number,
  halfHeight: number,
): [number, number] => {
  let [from, to] = [-Infinity, Infinity];
  for (const [d, p, half] of [
    [direction[0], through[0], halfWidth],
    [direction[1], through[1], halfHeight],
  ] as const) {
    if (Math.abs(d) < 1e-9) continue;
    const [one, other] = [(-half - p) / d, (half - p) / d];
    from = Math.max(from, Math.min(one, other));
    to = Math.min(to, Math.max(one, other));
  }
  return [from, to];
};
