import type { Entries } from './entries.ts';
import { type OpenBlock, WIDTH } from './open-block.ts';
import { BUCKETS, type Probe } from './probe.ts';

/** A block that is full, turned round: for each bucket the signatures that have a coefficient there. */
export type FullBlock = {
  entries: Entries;
  /** Where each bucket begins in `members`; one more for the end of the last. */
  starts: Uint32Array;
  /** Places of signatures within the block, bucket after bucket. */
  members: Uint16Array;
};

export const close = ({ entries, buckets }: OpenBlock): FullBlock => {
  const used = buckets.subarray(0, entries.count * WIDTH);
  const starts = new Uint32Array(BUCKETS + 1);
  // Bucket 0 stands for no coefficient, and gets no members.
  for (const bucket of used) if (bucket !== 0) starts[bucket + 1] = starts[bucket + 1]! + 1;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    starts[bucket + 1] = starts[bucket + 1]! + starts[bucket]!;
  }
  const next = starts.slice();
  const members = new Uint16Array(starts[BUCKETS]!);
  for (let at = 0; at < used.length; at += 1) {
    const bucket = used[at]!;
    if (bucket === 0) continue;
    members[next[bucket]!] = Math.floor(at / WIDTH);
    next[bucket] = next[bucket]! + 1;
  }
  return { entries, starts, members };
};

/** Takes off each score what its signature shares with the query: looks into its buckets only. */
export const discountFull = (
  { starts, members }: FullBlock,
  { buckets, worth, count }: Probe,
  scores: Float32Array,
): void => {
  for (let at = 0; at < count; at += 1) {
    const bucket = buckets[at]!;
    const discount = worth[at]!;
    const end = starts[bucket + 1]!;
    for (let member = starts[bucket]!; member < end; member += 1) {
      const place = members[member]!;
      scores[place] = scores[place]! - discount;
    }
  }
};
