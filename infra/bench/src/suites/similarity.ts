import { createSimilarityIndex, type Signature } from '@shared/similarity';
import { createLooks, sameNumbers, sharedOnAverage } from '../looks.ts';
import { quantile, type Run, summarise } from '../metric.ts';
import { repeat } from '../rounds.ts';
import type { Bench, Suite } from '../suite.ts';

/** Of 10,000 jobs, a million. */
const SIGNATURES_PER_JOB = 100;

const SEARCHES = 40;
const LIMIT = 10;
const OWNERS = 1_000;
const BUDGET_MS = 60_000;

/** What one search may take on one core, in ms, and one signature in memory, in bytes. */
const PROMISED = { ms: 100, bytes: 300 };

/**
 * The index as the api's thread has it, in this thread: all of it on one core. There is no rival but
 * what is promised, so that a ratio below 1 keeps the promise.
 */
export const similarity: Suite = {
  name: 'similarity',
  summary: 'search among a million image signatures (100 for each of --jobs), on one core',
  rival: 'the promise',

  async run(bench) {
    const look = createLooks(sameNumbers(1));
    const { index, bytesEach } = fill(bench, look);
    const took: Record<'p50' | 'p95' | 'owner', Run[]> = { p50: [], p95: [], owner: [] };
    await repeat(bench, BUDGET_MS, async () => {
      const all = times(look, (wanted) => index.search(wanted, { limit: LIMIT }));
      const own = times(look, (wanted) => index.search(wanted, { limit: LIMIT, owner: 'owner-1' }));
      took.p50.push({ ours: quantile(all, 0.5), rival: PROMISED.ms });
      took.p95.push({ ours: quantile(all, 0.95), rival: PROMISED.ms });
      took.owner.push({ ours: quantile(own, 0.95), rival: PROMISED.ms });
    });
    const inTime = { unit: 'ms', better: 'lower', must: 1 } as const;
    return {
      search_p50: summarise(took.p50, inTime),
      search_p95: summarise(took.p95, inTime),
      search_of_one_owner_p95: summarise(took.owner, inTime),
      memory_per_signature: summarise([{ ours: bytesEach, rival: PROMISED.bytes }], {
        unit: 'bytes',
        better: 'lower',
      }),
    };
  },
};

const fill = ({ jobs, progress }: Bench, look: () => Signature) => {
  const count = jobs * SIGNATURES_PER_JOB;
  progress(`two pictures share ${sharedOnAverage(look).toFixed(1)} of 120 coefficients`);
  const before = process.memoryUsage().arrayBuffers;
  const index = createSimilarityIndex();
  const began = performance.now();
  for (let number = 1; number <= count; number += 1) {
    index.add({ number, owner: `owner-${number % OWNERS}`, signature: look() });
  }
  const seconds = (performance.now() - began) / 1_000;
  progress(`${count.toLocaleString('en-US')} signatures made and added in ${seconds.toFixed(1)} s`);
  const bytesEach = (process.memoryUsage().arrayBuffers - before) / count;
  return { index, bytesEach };
};

/** In ms; what is searched for is made before the clock starts. */
const times = (look: () => Signature, search: (wanted: Signature) => unknown): number[] =>
  Array.from({ length: SEARCHES }, () => {
    const wanted = look();
    const began = performance.now();
    search(wanted);
    return performance.now() - began;
  });
