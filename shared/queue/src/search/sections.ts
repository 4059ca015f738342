import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { badCursor, type Mark } from './cursor.ts';
import { type Position, type SortedSet, walkSets } from './walk-sets.ts';

/** A job on the way of a walk. */
export type Candidate = {
  /** "<queue>:<id>" */
  ref: string;
  /** Where the walk goes on after it. */
  at: Mark['at'];
  /** The key that named it. */
  key: string;
};

/** Some of the jobs there are, in an order of their own. */
export type Section = {
  name: string;
  /** The next ones after `at`; none when it is at its end. */
  read(at: Mark['at'] | undefined, count: number): Promise<Candidate[]>;
};

export type Span = { min?: number; max?: number };

/** Several sorted sets as one, the highest score first. */
export const setsSection = (
  redis: RedisConnection,
  name: string,
  sets: readonly SortedSet[],
  span: Span = {},
): Section => ({
  name,
  async read(at, count) {
    const after = at === undefined ? undefined : positionOf(at);
    const entries = await walkSets(redis, sets, { ...span, after, count });
    return entries.map(({ ref, score, key }) => ({ ref, key, at: [score, ref] }));
  },
});

/** A list of ids, its left end first. */
export const listSection = (
  redis: RedisConnection,
  name: string,
  { key, queue }: { key: string; queue: string },
): Section => ({
  name,
  async read(at, count) {
    const from = at === undefined ? 0 : Number(at[0]);
    if (!Number.isSafeInteger(from)) throw badCursor();
    const ids = await redis.lrange(key, from, from + count - 1);
    return ids.map((id, i) => ({ ref: `${queue}:${id}`, key, at: [from + i + 1] }));
  },
});

const LANES_AT_ONCE = 50;

/** The lanes of a queue, one after the other. */
export const lanesSection = (redis: RedisConnection, keys: Keys, queue: string): Section => {
  const base = keys.base(queue);

  const lanesFrom = (bound: string) =>
    redis.zrangebylex(`${base}lane-names`, bound, '+', 'LIMIT', 0, LANES_AT_ONCE);

  const pageOf = async (lane: string, after: Position | undefined, count: number) => {
    const key = `${base}lane:${lane}`;
    const entries = await walkSets(redis, [{ key, queue }], { after, count });
    return entries.map(({ ref, score }) => ({ ref, key, at: [lane, score, ref] }));
  };

  return {
    name: `${queue}/lanes`,
    async read(at, count) {
      const [lane, ...rest] = at ?? [];
      if (at !== undefined && typeof lane !== 'string') throw badCursor();
      const found: Candidate[] = [];
      if (typeof lane === 'string') found.push(...(await pageOf(lane, positionOf(rest), count)));
      let bound = typeof lane === 'string' ? `(${lane}` : '-';
      while (found.length < count) {
        const lanes = await lanesFrom(bound);
        const pages = await Promise.all(lanes.map((name) => pageOf(name, undefined, count)));
        found.push(...pages.flat());
        if (lanes.length < LANES_AT_ONCE) break;
        bound = `(${lanes.at(-1) ?? ''}`;
      }
      return found.slice(0, count);
    },
  };
};

const positionOf = ([score, ref]: Mark['at']): Position => {
  if (typeof score !== 'number' || typeof ref !== 'string') throw badCursor();
  return { score, ref };
};
