import { distance, type Point } from '../geometry.ts';

/** A place where a path can be begun. */
export type Entry = { at: Point; path: number; index: number };

/** Gives out paths, the nearest first, each once. */
export type Nearest = {
  /** The nearest entry of a path that was not given out yet. */
  take(from: Point): Entry | undefined;
};

/** Entries lie in square cells, which are searched ring by ring. */
export const createNearest = (entries: readonly Entry[]): Nearest => {
  const [minX, maxX] = extent(entries.map(({ at }) => at[0]));
  const [minY, maxY] = extent(entries.map(({ at }) => at[1]));
  const area = Math.max(maxX - minX, 1) * Math.max(maxY - minY, 1);
  // Two entries in a cell, on average.
  const cell = Math.max(Math.sqrt((2 * area) / Math.max(entries.length, 1)), 0.01);
  const columns = Math.floor((maxX - minX) / cell) + 1;
  const rows = Math.floor((maxY - minY) / cell) + 1;
  const cells = new Map<number, Entry[]>();
  const columnOf = (x: number) => clamp(Math.floor((x - minX) / cell), columns - 1);
  const rowOf = (y: number) => clamp(Math.floor((y - minY) / cell), rows - 1);
  for (const entry of entries) {
    const key = rowOf(entry.at[1]) * columns + columnOf(entry.at[0]);
    const known = cells.get(key);
    if (known === undefined) cells.set(key, [entry]);
    else known.push(entry);
  }
  const taken = new Set<number>();

  const search = (key: number, from: Point, best: Entry | undefined): Entry | undefined => {
    const here = cells.get(key);
    if (here === undefined) return best;
    const left = here.filter(({ path }) => !taken.has(path));
    if (left.length === 0) cells.delete(key);
    else if (left.length < here.length) cells.set(key, left);
    return left.reduce<Entry | undefined>(
      (nearest, entry) =>
        nearest === undefined || distance(entry.at, from) < distance(nearest.at, from)
          ? entry
          : nearest,
      best,
    );
  };

  return {
    take(from) {
      const [column, row] = [columnOf(from[0]), rowOf(from[1])];
      let best: Entry | undefined;
      for (let ring = 0; ring <= Math.max(columns, rows); ring += 1) {
        for (const key of ringOf(column, row, ring, columns, rows)) best = search(key, from, best);
        // What lies further out is further away than this.
        if (best !== undefined && distance(best.at, from) <= ring * cell) break;
      }
      if (best !== undefined) taken.add(best.path);
      return best;
    },
  };
};

const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);

const extent = (values: readonly number[]): [number, number] =>
  values.reduce<[number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    values.length === 0 ? [0, 0] : [Infinity, -Infinity],
  );

/** The cells that are exactly so many steps from a cell, sideways or diagonally. */
const ringOf = (
  column: number,
  row: number,
  ring: number,
  columns: number,
  rows: number,
): number[] => {
  const keys: number[] = [];
  const add = (x: number, y: number) => {
    if (x >= 0 && x < columns && y >= 0 && y < rows) keys.push(y * columns + x);
  };
  if (ring === 0) add(column, row);
  for (let i = -ring; i < ring; i += 1) {
    add(column + i, row - ring);
    add(column + ring, row + i);
    add(column - i, row + ring);
    add(column - ring, row - i);
  }
  return keys;
};
