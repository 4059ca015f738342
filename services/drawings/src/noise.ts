import type { Random } from './random.ts';

/** A smooth landscape: -1 to 1 at every place, with hills about one unit wide. */
export type Noise = (x: number, y: number) => number;

const SIZE = 256;

/** Gradient noise on a square lattice that repeats after 256 units. */
export const createNoise = (random: Random): Noise => {
  const angles = Float64Array.from({ length: SIZE }, () => random.next() * 2 * Math.PI);
  const order = Uint8Array.from({ length: SIZE }, (_, i) => i);
  for (let i = SIZE - 1; i > 0; i -= 1) {
    const other = random.whole(0, i);
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  const slope = (cellX: number, cellY: number, dx: number, dy: number) => {
    const angle = angles[order[(order[cellX & 255]! + cellY) & 255]!]!;
    return Math.cos(angle) * dx + Math.sin(angle) * dy;
  };
  return (x, y) => {
    const [cellX, cellY] = [Math.floor(x), Math.floor(y)];
    const [dx, dy] = [x - cellX, y - cellY];
    const [u, v] = [ease(dx), ease(dy)];
    const upper = mix(slope(cellX, cellY, dx, dy), slope(cellX + 1, cellY, dx - 1, dy), u);
    const lower = mix(
      slope(cellX, cellY + 1, dx, dy - 1),
      slope(cellX + 1, cellY + 1, dx - 1, dy - 1),
      u,
    );
    // Its extremes lie at ±√½.
    return mix(upper, lower, v) * Math.SQRT2;
  };
};

const ease = (t: number) => t * t * t * (t * (t * 6 - 15) + 10);

const mix = (from: number, to: number, share: number) => from + (to - from) * share;
