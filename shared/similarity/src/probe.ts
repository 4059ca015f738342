import { SIDE } from './haar.ts';
import { channelsOf, CHANNELS, COEFFICIENTS, type Signature } from './signature.ts';
import { averageWeight, placeWeight } from './weights.ts';

/** Signed places of one channel. */
const PLACES = 2 * SIDE * SIDE;

/** One for each channel and signed place; the first of each channel is nobody's. */
export const BUCKETS = CHANNELS * PLACES;

/** @param place signed; 0, where the average stands, is no place of a signature. */
export const bucketOf = (channel: number, place: number): number =>
  channel * PLACES + (place < 0 ? SIDE * SIDE - place : place);

/**
 * What an index is asked with: where to look, and what each find is worth. One is made for an index and
 * filled anew for each query.
 */
export type Probe = {
  /** The buckets of the query's coefficients, `count` of them. */
  buckets: Uint32Array;
  /** What a coefficient in the same place is worth. */
  worth: Float32Array;
  count: number;
  /** The query's averages. */
  averages: Float32Array;
  /** What a difference of the averages costs; 0 in channels that are not compared. */
  averageWeights: Float32Array;
  /** By bucket, what a coefficient there is worth: 0 in all but the query's own. */
  worthOf: Float32Array;
  /** The worth of all coefficients: what the query scores against itself. */
  best: number;
};

export const createProbe = (): Probe => ({
  buckets: new Uint32Array(CHANNELS * COEFFICIENTS),
  worth: new Float32Array(CHANNELS * COEFFICIENTS),
  count: 0,
  averages: new Float32Array(CHANNELS),
  averageWeights: new Float32Array(CHANNELS),
  worthOf: new Float32Array(BUCKETS),
  best: 0,
});

/** Fills a probe with a signature, in place of what it held. */
export const aim = (probe: Probe, signature: Signature): void => {
  for (let at = 0; at < probe.count; at += 1) probe.worthOf[probe.buckets[at]!] = 0;
  probe.count = 0;
  probe.best = 0;
  probe.averageWeights.fill(0);
  for (let channel = 0; channel < channelsOf(signature); channel += 1) {
    probe.averages[channel] = signature.averages[channel]!;
    probe.averageWeights[channel] = averageWeight(channel);
    for (let at = 0; at < COEFFICIENTS; at += 1) {
      const place = signature.places[channel * COEFFICIENTS + at]!;
      const worth = placeWeight(channel, place);
      const bucket = bucketOf(channel, place);
      probe.buckets[probe.count] = bucket;
      probe.worth[probe.count] = worth;
      probe.worthOf[bucket] = worth;
      probe.count += 1;
      probe.best += worth;
    }
  }
};
