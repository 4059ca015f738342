import type { Manner } from './commands.ts';

const CONCURRENT = 100;
const BULK = 1_000;

/**
 * Enqueues `jobs` jobs and tells how long it took.
 *
 * @param one enqueues one job.
 * @param many enqueues so many with the library's own call for it.
 */
export const enqueueIn = async (
  manner: Manner,
  jobs: number,
  { one, many }: { one: () => Promise<unknown>; many: (count: number) => Promise<unknown> },
): Promise<{ ms: number }> => {
  const began = performance.now();
  if (manner === 'sequential') {
    for (let i = 0; i < jobs; i += 1) await one();
  } else {
    const size = manner === 'bulk' ? BULK : CONCURRENT;
    for (let sent = 0; sent < jobs; sent += size) {
      const count = Math.min(size, jobs - sent);
      await (manner === 'bulk' ? many(count) : Promise.all(Array.from({ length: count }, one)));
    }
  }
  return { ms: performance.now() - began };
};
