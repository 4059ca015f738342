import { expect, test } from 'vitest';
import { lengthOf, type Path, type Point } from '../src/geometry.ts';
import { joinPaths } from '../src/pen/join-paths.ts';
import { orderPaths, travelOf } from '../src/pen/order-paths.ts';
import { simplify } from '../src/pen/simplify.ts';
import { createRandom } from '../src/random.ts';

const dashes = (count: number, seed = 1): Path[] => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const [x, y] = [random.between(0, 200), random.between(0, 200)];
    return [
      [x, y],
      [x + random.between(-5, 5), y + random.between(-5, 5)],
    ] satisfies Path;
  });
};

/** Each path by its points, whichever way round it is. */
const keysOf = (paths: readonly Path[]) =>
  new Set(
    paths.map((path) => {
      const [one, other] = [JSON.stringify(path), JSON.stringify(path.toReversed())];
      return one < other ? one : other;
    }),
  );

test('travel counts the way from home, between paths, and back', () => {
  const paths: Path[] = [
    [
      [3, 4],
      [6, 8],
    ],
    [
      [6, 10],
      [0, 10],
    ],
  ];

  expect(travelOf(paths)).toBe(5 + 2 + 10);
  expect(travelOf([])).toBe(0);
});

test.for([1, 2, 50, 1_000])('%i paths are put in order, none lost and none made up', (count) => {
  const paths = dashes(count);

  const ordered = orderPaths(paths);

  expect(keysOf(ordered)).toEqual(keysOf(paths));
  expect(travelOf(ordered)).toBeLessThanOrEqual(travelOf(paths));
});

test('a thousand scattered paths take a tenth of the way or less', () => {
  const paths = dashes(1_000);

  expect(travelOf(orderPaths(paths))).toBeLessThan(travelOf(paths) / 10);
});

test('an order that is the best already stays', () => {
  const row = Array.from({ length: 20 }, (_, i): Path => [
    [i, 0],
    [i + 0.5, 0],
  ]);

  expect(travelOf(orderPaths(row))).toBeCloseTo(travelOf(row));
});

test('a closed path may be begun anywhere, and stays whole', () => {
  const ring = Array.from({ length: 25 }, (_, i): Point => [
    50 + 20 * Math.cos((i / 24) * 2 * Math.PI),
    50 + 20 * Math.sin((i / 24) * 2 * Math.PI),
  ]);

  const [ordered = []] = orderPaths([ring]);

  expect(travelOf([ordered])).toBeLessThan(travelOf([ring]));
  expect(lengthOf(ordered)).toBeCloseTo(lengthOf(ring));
});

test('paths whose ends touch become one, whichever way round they were', () => {
  const parts: Path[] = [
    [
      [0, 0],
      [1, 0],
    ],
    [
      [2, 0],
      [3, 0],
    ],
    [
      [2, 0],
      [1, 0],
    ],
  ];

  const joined = joinPaths(parts);

  expect(joined).toHaveLength(1);
  expect(lengthOf(joined[0]!)).toBe(3);
});

test('four quarters become a closed ring, and nothing is drawn twice', () => {
  const corners: Point[] = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  const sides = corners.map((corner, i): Path => [corner, corners[(i + 1) % 4]!]);

  const [ring = [], ...more] = joinPaths(sides.toReversed());

  expect(more).toEqual([]);
  expect(ring[0]).toEqual(ring.at(-1));
  expect(lengthOf(ring)).toBe(4);
});

test('points without which a line is the same are left out, corners stay', () => {
  const line: Point[] = Array.from({ length: 101 }, (_, i) => [i / 10, 0]);

  expect(simplify([...line, [10, 5]])).toEqual([
    [0, 0],
    [10, 0],
    [10, 5],
  ]);
});
