import { Delaunay } from 'd3-delaunay';
import type { Canvas } from '../canvas.ts';
import { type Frame, heightOf, type Point, widthOf } from '../geometry.ts';

const MAX_CELLS = 6_000;
const RELAXATIONS = 5;

/** Cells like those of a leaf, each with rings inside, as many as there is room for. */
export const voronoi = (canvas: Canvas): void => {
  const { frame, spacing, pens, random, draw } = canvas;
  for (const cell of cellsOf(canvas)) {
    const centre = centroid(cell);
    const reach = Math.min(...cell.map(([x, y]) => Math.hypot(x - centre[0], y - centre[1])));
    const rings = random.whole(1, Math.max(1, Math.min(5, Math.floor(reach / spacing))));
    const pen = Math.min(Math.floor(((centre[0] - frame.left) / widthOf(frame)) * pens), pens - 1);
    for (let ring = 0; ring < rings; ring += 1) {
      const share = 1 - (spacing * (0.35 + ring)) / Math.max(reach, spacing);
      if (share > 0.08) draw(rounded(cell.map((corner) => towards(centre, corner, share))), pen);
    }
  }
};

/** Polygons without their closing point. */
const cellsOf = ({ frame, random, spacing }: Canvas): Point[][] => {
  const area = widthOf(frame) * heightOf(frame);
  const count = Math.min(Math.max(Math.round(area / (spacing * 6) ** 2), 3), MAX_CELLS);
  let seeds = Array.from({ length: count }, (): Point => [
    random.between(frame.left, frame.right),
    random.between(frame.top, frame.bottom),
  ]);
  for (let i = 0; i < RELAXATIONS; i += 1) seeds = polygons(seeds, frame).map(centroid);
  return polygons(seeds, frame);
};

const polygons = (seeds: readonly Point[], { left, top, right, bottom }: Frame): Point[][] =>
  [
    ...Delaunay.from(seeds.map(([x, y]): [number, number] => [x, y]))
      .voronoi([left, top, right, bottom])
      .cellPolygons(),
  ].map((polygon) => polygon.slice(0, -1).map(([x, y]): Point => [x, y]));

const centroid = (polygon: readonly Point[]): Point => {
  let [area, sumX, sumY] = [0, 0, 0];
  polygon.forEach(([x, y], i) => {
    const [nextX, nextY] = polygon[(i + 1) % polygon.length] ?? [x, y];
    const cross = x * nextY - nextX * y;
    area += cross;
    sumX += (x + nextX) * cross;
    sumY += (y + nextY) * cross;
  });
  return [sumX / (3 * area), sumY / (3 * area)];
};

const towards = ([x, y]: Point, [toX, toY]: Point, share: number): Point => [
  x + (toX - x) * share,
  y + (toY - y) * share,
];

/** Cuts the corners three times (Chaikin), and closes the line. */
const rounded = (polygon: readonly Point[]): Point[] => {
  let points = polygon;
  for (let i = 0; i < 3; i += 1) {
    points = points.flatMap((point, at): Point[] => {
      const next = points[(at + 1) % points.length] ?? point;
      return [towards(point, next, 0.25), towards(point, next, 0.75)];
    });
  }
  return [...points, ...points.slice(0, 1)];
};
