import type { Scripts } from '../engine/scripts.ts';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { badCursor, type Mark } from './cursor.ts';
import { glanceAt, MAX_GLANCES, type JobSummary, type PlacedJob } from './job-summary.ts';
import type { Candidate, Section } from './sections.ts';

export type SearchAccess = { redis: RedisConnection; scripts: Scripts; keys: Keys };

/** A job that was come across, and where to go on after it. */
export type Encounter = { job: JobSummary | undefined; mark: Mark };

/**
 * Walks the jobs of some sections, a page at a time, so that Redis does other work in between. What an
 * index still names though it is gone is dropped from it on the way.
 *
 * @throws {InvalidOptionError} for a mark of another walk.
 */
export const walk = async function* (
  access: SearchAccess,
  sections: readonly Section[],
  from: Mark | undefined,
): AsyncGenerator<Encounter[]> {
  const first = from === undefined ? 0 : sections.findIndex(({ name }) => name === from.section);
  if (first < 0) throw badCursor();
  for (const section of sections.slice(first)) {
    let at = section.name === from?.section ? from.at : undefined;
    for (;;) {
      const candidates = await section.read(at, MAX_GLANCES);
      if (candidates.length === 0) break;
      const placed = await glanceAt(
        access,
        candidates.map(({ ref }) => ref),
      );
      await dropStale(access, candidates, placed);
      yield candidates.map((candidate, i) => ({
        job: placed[i]?.job,
        mark: { section: section.name, at: candidate.at },
      }));
      at = candidates.at(-1)?.at;
    }
  }
};

/** The indexes of jobs that ended without a result. */
const OF_THE_DEAD = /^(?:task|code|word):/;

const dropStale = async (
  { redis, keys }: SearchAccess,
  candidates: readonly Candidate[],
  placed: readonly (PlacedJob | undefined)[],
): Promise<void> => {
  const start = keys.index('');
  const stale = candidates.filter(({ key }, i) => {
    if (!key.startsWith(start)) return false;
    const place = placed[i]?.place;
    return place === undefined || (place !== 'failed' && OF_THE_DEAD.test(key.slice(start.length)));
  });
  if (stale.length === 0) return;
  const pipeline = redis.pipeline();
  for (const { key, ref } of stale) pipeline.zrem(key, ref);
  await pipeline.exec();
};
