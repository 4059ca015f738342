/** How long the runs of each task take, learned from those that ended. */
export type RunTimes = {
  /** Notes a run that ended by itself. */
  note(task: string, ms: number): void;
  /** Within how many ms 95 of 100 runs end; undefined while too few are known. */
  p95(task: string): number | undefined;
  /** How likely a run that has lasted `elapsedMs` ends within `withinMs` more, 0 to 1. */
  chance(task: string, elapsedMs: number, withinMs: number): number | undefined;
  /** Takes over what another worker has learned, unless more is known here. */
  learn(task: string, encoded: string): void;
  /** What was learned since the last call, by task, for other workers. */
  news(): Record<string, string>;
};

/** Four buckets a doubling: a time is known within 19 %, and a month is bucket 126. */
const BUCKETS_A_DOUBLING = 4;
const BUCKETS = 128;

/** Fewer runs than this say nothing of the next one. */
const MIN_RUNS = 5;

/** When so many are counted all counts are halved: what the last release did is forgotten in time. */
const MAX_RUNS = 1_000;

type Histogram = { counts: Float64Array; total: number; isNew: boolean };

export const createRunTimes = (): RunTimes => {
  const histograms = new Map<string, Histogram>();

  const of = (task: string): Histogram => {
    const known = histograms.get(task);
    if (known !== undefined) return known;
    const fresh = { counts: new Float64Array(BUCKETS), total: 0, isNew: false };
    histograms.set(task, fresh);
    return fresh;
  };

  const known = (task: string): Histogram | undefined => {
    const histogram = histograms.get(task);
    return histogram !== undefined && histogram.total >= MIN_RUNS ? histogram : undefined;
  };

  return {
    note(task, ms) {
      const histogram = of(task);
      const bucket = bucketOf(ms);
      histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
      histogram.total += 1;
      histogram.isNew = true;
      if (histogram.total >= MAX_RUNS) halve(histogram);
    },

    p95(task) {
      const histogram = known(task);
      if (histogram === undefined) return undefined;
      let seen = 0;
      const bucket = histogram.counts.findIndex(
        (count) => (seen += count) >= histogram.total * 0.95,
      );
      return upperEdge(bucket);
    },

    chance(task, elapsedMs, withinMs) {
      const histogram = known(task);
      if (histogram === undefined) return undefined;
      const longer = runsBeyond(histogram, elapsedMs);
      // It has outlasted all that are known: anything may happen.
      if (longer < 1) return undefined;
      return 1 - runsBeyond(histogram, elapsedMs + withinMs) / longer;
    },

    learn(task, encoded) {
      const counts = decode(encoded);
      const total = counts.reduce((sum, count) => sum + count, 0);
      if (total > of(task).total) histograms.set(task, { counts, total, isNew: false });
    },

    news() {
      const changed = [...histograms].filter(([, { isNew }]) => isNew);
      for (const [, histogram] of changed) histogram.isNew = false;
      return Object.fromEntries(changed.map(([task, { counts }]) => [task, encode(counts)]));
    },
  };
};

const bucketOf = (ms: number) =>
  Math.min(Math.max(Math.ceil(Math.log2(Math.max(ms, 1)) * BUCKETS_A_DOUBLING), 0), BUCKETS - 1);

const upperEdge = (bucket: number) => Math.ceil(2 ** (bucket / BUCKETS_A_DOUBLING));

/** How many of the known runs lasted longer. */
const runsBeyond = ({ counts }: Histogram, ms: number): number =>
  ms <= 0 ? sum(counts) : sum(counts.subarray(bucketOf(ms) + 1));

const sum = (counts: Float64Array) => counts.reduce((total, count) => total + count, 0);

const halve = (histogram: Histogram) => {
  for (let i = 0; i < BUCKETS; i += 1) histogram.counts[i] = (histogram.counts[i] ?? 0) / 2;
  histogram.total = sum(histogram.counts);
};

/** "bucket:count" for each that is not empty; a task takes some hundred bytes. */
const encode = (counts: Float64Array): string =>
  [...counts]
    .flatMap((count, bucket) => (count > 0 ? [`${bucket}:${Number(count.toFixed(2))}`] : []))
    .join(' ');

/** What cannot be read counts for nothing: it is learned anew. */
const decode = (encoded: string): Float64Array => {
  const counts = new Float64Array(BUCKETS);
  for (const pair of encoded.split(' ')) {
    const [bucket = Number.NaN, count = Number.NaN] = pair.split(':').map(Number);
    if (bucket >= 0 && bucket < BUCKETS && count > 0) counts[bucket] = count;
  }
  return counts;
};
