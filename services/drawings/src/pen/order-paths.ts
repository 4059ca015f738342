import { distance, first, last, type Path, type Point } from '../geometry.ts';
import { isClosed } from './join-paths.ts';
import { createNearest } from './nearest.ts';

/** Where the pen is before and after: the corner of the sheet. */
export const HOME: Point = [0, 0];

/** How many paths ahead a stretch of the way may be turned round; more would hardly be shorter. */
const REACH = 60;
const ROUNDS = 6;

/** How far the pen goes while it is up, from home through all paths and back. */
export const travelOf = (paths: readonly Path[], from = HOME): number => {
  let at = from;
  let travel = 0;
  for (const path of paths) {
    travel += distance(at, first(path));
    at = last(path);
  }
  return travel + distance(at, from);
};

/**
 * The paths in an order, and each in a direction, that keeps the pen's way through the air short: always
 * to the nearest end, then with stretches turned round where that is shorter. Never longer than it was.
 */
export const orderPaths = (paths: readonly Path[]): Path[] => {
  const ordered = untangle(nearestFirst(paths));
  return travelOf(ordered) < travelOf(paths) ? ordered : [...paths];
};

const nearestFirst = (paths: readonly Path[]): Path[] => {
  // A closed path may begin at any of its points; a few are enough.
  const ends = paths.map((path) => (isClosed(path) ? entries(path) : [0, path.length - 1]));
  const nearest = createNearest(
    ends.flatMap((indexes, path) =>
      indexes.map((index) => ({ at: paths[path]![index]!, path, index })),
    ),
  );
  const ordered: Path[] = [];
  let at = HOME;
  for (;;) {
    const found = nearest.take(at);
    if (found === undefined) return ordered;
    const path = entered(paths[found.path]!, found.index);
    ordered.push(path);
    at = last(path);
  }
};

const ENTRIES = 12;

const entries = (path: Path): number[] => {
  const step = Math.max(Math.floor((path.length - 1) / ENTRIES), 1);
  return Array.from({ length: Math.ceil((path.length - 1) / step) }, (_, i) => i * step);
};

/** The path, begun at one of its points: an end, or any point of a closed one. */
const entered = (path: Path, index: number): Path => {
  if (index === 0) return path;
  if (index === path.length - 1) return path.toReversed();
  return [...path.slice(index), ...path.slice(1, index + 1)];
};

/** 2-opt: as long as turning a stretch of the way round makes it shorter, that is done. */
const untangle = (paths: Path[]): Path[] => {
  const way = [...paths];
  for (let round = 0; round < ROUNDS; round += 1) {
    let turned = false;
    for (let i = 0; i < way.length; i += 1) {
      const before = i === 0 ? HOME : last(way[i - 1]!);
      for (let j = i; j < Math.min(way.length, i + REACH); j += 1) {
        const after = j + 1 < way.length ? first(way[j + 1]!) : HOME;
        const now = distance(before, first(way[i]!)) + distance(last(way[j]!), after);
        const then = distance(before, last(way[j]!)) + distance(first(way[i]!), after);
        if (then < now - 1e-6) {
          const stretch = way.slice(i, j + 1).toReversed();
          way.splice(i, stretch.length, ...stretch.map((path) => path.toReversed()));
          turned = true;
        }
      }
    }
    if (!turned) break;
  }
  return way;
};
