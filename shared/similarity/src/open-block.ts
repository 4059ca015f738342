import { BLOCK, createEntries, type Entries } from './entries.ts';
import { bucketOf } from './probe.ts';
import { channelsOf, CHANNELS, COEFFICIENTS, type Signature } from './signature.ts';

/** The block that grows: each signature's buckets one after the other. */
export type OpenBlock = { entries: Entries; buckets: Uint32Array };

/** Buckets of one signature. */
export const WIDTH = CHANNELS * COEFFICIENTS;

export const createOpenBlock = (): OpenBlock => ({
  entries: createEntries(),
  buckets: new Uint32Array(BLOCK * WIDTH),
});

/** @returns false if the block is full. */
export const append = (
  { entries, buckets }: OpenBlock,
  { number, owner, signature }: { number: number; owner: number; signature: Signature },
): boolean => {
  if (entries.count === BLOCK) return false;
  const at = entries.count;
  entries.numbers[at] = number;
  entries.owners[at] = owner;
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    entries.averages[channel]![at] = signature.averages[channel]!;
  }
  // What a grey image has of chrominance is noise: bucket 0 is worth nothing to anybody.
  const used = channelsOf(signature) * COEFFICIENTS;
  for (let place = 0; place < WIDTH; place += 1) {
    buckets[at * WIDTH + place] =
      place < used ? bucketOf(Math.floor(place / COEFFICIENTS), signature.places[place]!) : 0;
  }
  entries.count += 1;
  return true;
};

/** Takes off each score what its signature shares with the query. */
export const discountOpen = (
  { entries, buckets }: OpenBlock,
  worthOf: Float32Array,
  scores: Float32Array,
): void => {
  for (let at = 0, from = 0; at < entries.count; at += 1, from += WIDTH) {
    let shared = 0;
    for (let place = from; place < from + WIDTH; place += 1) shared += worthOf[buckets[place]!]!;
    scores[at] = scores[at]! - shared;
  }
};
