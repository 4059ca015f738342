import { distance, first, last, type Path, type Point } from '../geometry.ts';

/** Ends that lie closer than this are one place, in millimetres. */
const TOUCHING = 0.01;

/**
 * Joins paths whose ends touch, turning them round where need be, so that the pen stays down. Where more
 * than two ends meet, the first that were drawn go together.
 */
export const joinPaths = (paths: readonly Path[]): Path[] => {
  const ends = new Map<string, Set<number>>();
  const at = (key: string) => {
    const known = ends.get(key) ?? new Set<number>();
    ends.set(key, known);
    return known;
  };
  paths.forEach((path, i) => {
    if (isClosed(path)) return;
    at(keyOf(first(path))).add(i);
    at(keyOf(last(path))).add(i);
  });

  const used = new Set<number>();
  const take = (i: number) => {
    used.add(i);
    for (const end of [first(paths[i]!), last(paths[i]!)]) ends.get(keyOf(end))?.delete(i);
    return paths[i]!;
  };
  /** The path grown at its end as far as it goes. */
  const grow = (parts: Path[]): Path[] => {
    for (;;) {
      const end = last(parts.at(-1)!);
      const next = [...(ends.get(keyOf(end)) ?? [])][0];
      if (next === undefined) return parts;
      const path = take(next);
      parts.push(
        distance(first(path), end) <= distance(last(path), end) ? path : path.toReversed(),
      );
    }
  };

  const joined: Path[] = [];
  for (let i = 0; i < paths.length; i += 1) {
    if (used.has(i)) continue;
    const forwards = grow([take(i)]);
    const backwards = grow(forwards.toReversed().map((path) => path.toReversed()));
    joined.push(backwards.flatMap((path, part) => (part === 0 ? path : path.slice(1))));
  }
  return joined;
};

/** A path that ends where it began. */
export const isClosed = (path: Path): boolean =>
  path.length > 2 && distance(first(path), last(path)) <= TOUCHING;

/** The same for ends that touch. */
const keyOf = ([x, y]: Point) => `${Math.round(x / TOUCHING / 2)} ${Math.round(y / TOUCHING / 2)}`;
