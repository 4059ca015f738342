import type { RedisConnection } from '../redis/connect.ts';

/** A sorted set of jobs, by its members: ids of one queue, or "<queue>:<id>". */
export type SortedSet = { key: string; queue: string | undefined };

/** A job as a set names it, and where it stands there. */
export type Entry = {
  /** "<queue>:<id>" */
  ref: string;
  score: number;
  /** The set it was found in. */
  key: string;
};

export type Position = Pick<Entry, 'ref' | 'score'>;

/**
 * The next entries of several sets, by score, the highest first, as if they were one set; a job that
 * is in more than one of them comes once.
 *
 * @param options.after the last entry of the page before.
 */
export const walkSets = async (
  redis: RedisConnection,
  sets: readonly SortedSet[],
  options: { after: Position | undefined; min?: number; max?: number; count: number },
): Promise<Entry[]> => {
  const pages = await Promise.all(sets.map((set) => pageOf(redis, set, options)));
  const entries = pages.flat().sort(newestFirst);
  return entries
    .filter((entry, i) => i === 0 || entries[i - 1]?.ref !== entry.ref)
    .slice(0, options.count);
};

const newestFirst = (a: Position, b: Position) =>
  b.score - a.score || (a.ref === b.ref ? 0 : a.ref < b.ref ? 1 : -1);

const pageOf = async (
  redis: RedisConnection,
  { key, queue }: SortedSet,
  {
    after,
    min,
    max,
    count,
  }: { after: Position | undefined; min?: number; max?: number; count: number },
): Promise<Entry[]> => {
  const highest = Math.min(after?.score ?? Infinity, max ?? Infinity);
  const from = highest === Infinity ? '+inf' : highest;
  const found: Entry[] = [];
  for (let offset = 0; found.length < count; offset += count) {
    const flat = await redis.zrevrangebyscore(
      key,
      from,
      min ?? '-inf',
      'WITHSCORES',
      'LIMIT',
      offset,
      count,
    );
    const entries = flat.flatMap((member, i) =>
      i % 2 === 0
        ? [
            {
              ref: queue === undefined ? member : `${queue}:${member}`,
              score: Number(flat[i + 1]),
              key,
            },
          ]
        : [],
    );
    // Whatever shares the score of the last entry may have been on the page before.
    found.push(...entries.filter((entry) => after === undefined || newestFirst(after, entry) < 0));
    if (entries.length < count) break;
  }
  return found;
};
