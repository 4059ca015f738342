import { distance, type Point } from '../geometry.ts';

/** Points that are asked who is near. */
export type Neighbourhood = {
  add(point: Point): void;
  /** @param reach at most the size of the cells. */
  anyWithin(point: Point, reach: number): boolean;
};

/** @param cell in millimetres. */
export const createNeighbourhood = (cell: number): Neighbourhood => {
  const cells = new Map<number, Point[]>();
  return {
    add(point) {
      const key = keyOf(Math.floor(point[0] / cell), Math.floor(point[1] / cell));
      const known = cells.get(key);
      if (known === undefined) cells.set(key, [point]);
      else known.push(point);
    },
    anyWithin(point, reach) {
      const [column, row] = [Math.floor(point[0] / cell), Math.floor(point[1] / cell)];
      for (let x = column - 1; x <= column + 1; x += 1) {
        for (let y = row - 1; y <= row + 1; y += 1) {
          const near = cells.get(keyOf(x, y));
          if (near?.some((other) => distance(other, point) < reach) === true) return true;
        }
      }
      return false;
    },
  };
};

/** More rows than a sheet has. */
const ROWS = 100_003;

const keyOf = (column: number, row: number) => column * ROWS + row;
