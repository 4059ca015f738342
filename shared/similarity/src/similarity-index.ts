import { createBestMatches } from './best-matches.ts';
import { BLOCK, type Entries, removeEntry } from './entries.ts';
import { close, discountFull, type FullBlock } from './full-block.ts';
import { append, createOpenBlock, discountOpen } from './open-block.ts';
import { aim, createProbe, type Probe } from './probe.ts';
import type { Signature } from './signature.ts';

/** An image that was found; the score is IQDB's: 100 for the same picture, and it may be negative. */
export type Match = { number: number; score: number };

/** Most matches of one query. */
export const MOST_MATCHES = 200;

/** Signatures in memory, to be searched as IQDB does. */
export type SimilarityIndex = {
  /** Replaces what was there of this number, which is from 1 and fits into 32 bits. */
  add(entry: { number: number; owner: string; signature: Signature }): void;
  remove(number: number): void;
  has(number: number): boolean;
  count(): number;
  /**
   * The images most like a signature, the best first.
   *
   * @param options.owner only this one's images; everybody's unless told.
   */
  search(signature: Signature, options: { limit: number; owner?: string }): Match[];
};

/**
 * Keeps signatures in blocks of 65,536, 266 bytes for each of them. The last block, which grows, takes
 * 33 MB whatever is in it, and its signatures are looked at one by one.
 */
export const createSimilarityIndex = (): SimilarityIndex => {
  const full: FullBlock[] = [];
  let open = createOpenBlock();
  const owners = new Map<string, number>();
  const present = createNumberSet();
  const probe = createProbe();
  const scores = new Float32Array(BLOCK);
  const best = createBestMatches(MOST_MATCHES);

  const remove = (number: number) => {
    if (!present.delete(number)) return;
    const entries = [open.entries, ...full.map((block) => block.entries)];
    entries.some((block) => removeEntry(block, number));
  };

  const ownerNumber = (owner: string) => {
    const known = owners.get(owner) ?? owners.size + 1;
    owners.set(owner, known);
    return known;
  };

  const take = (entries: Entries, owner: number) => {
    let bar = best.bar();
    for (let at = 0; at < entries.count; at += 1) {
      if (!(scores[at]! < bar)) continue;
      if (owner !== ANYBODY && entries.owners[at] !== owner) continue;
      best.keep(entries.numbers[at]!, scores[at]!);
      bar = best.bar();
    }
  };

  return {
    add({ number, owner, signature }) {
      remove(number);
      const entry = { number, owner: ownerNumber(owner), signature };
      if (!append(open, entry)) {
        full.push(close(open));
        open = createOpenBlock();
        append(open, entry);
      }
      present.add(number);
    },
    remove,
    has: present.has,
    count: present.size,
    search(signature, { limit, owner }) {
      const wanted = owner === undefined ? ANYBODY : owners.get(owner);
      if (wanted === undefined) return [];
      aim(probe, signature);
      best.reset(limit);
      for (const block of full) {
        compareAverages(block.entries, probe, scores);
        discountFull(block, probe, scores);
        take(block.entries, wanted);
      }
      compareAverages(open.entries, probe, scores);
      discountOpen(open, probe.worthOf, scores);
      take(open.entries, wanted);
      return best.list().map(({ number, score }) => ({ number, score: toPercent(score, probe) }));
    },
  };
};

/** Owners are numbered from 1. */
const ANYBODY = 0;

const toPercent = (score: number, { best }: Probe) => (-100 * score) / best;

/** Begins each score with how far the averages are apart. */
const compareAverages = (
  { count, averages: [first, second, third] }: Entries,
  { averages, averageWeights }: Probe,
  scores: Float32Array,
): void => {
  const [y, i, q] = [averages[0]!, averages[1]!, averages[2]!];
  const [yWeight, iWeight, qWeight] = [averageWeights[0]!, averageWeights[1]!, averageWeights[2]!];
  for (let at = 0; at < count; at += 1) {
    scores[at] =
      yWeight * Math.abs(first![at]! - y) +
      iWeight * Math.abs(second![at]! - i) +
      qWeight * Math.abs(third![at]! - q);
  }
};

/** Which numbers there are, a bit for each. */
const createNumberSet = () => {
  let bits = new Uint8Array(8_192);
  let size = 0;
  const has = (number: number) => ((bits[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
  return {
    has,
    size: () => size,
    add(number: number) {
      if (number >> 3 >= bits.length) {
        const grown = new Uint8Array(Math.max(bits.length * 2, (number >> 3) + 1));
        grown.set(bits);
        bits = grown;
      }
      bits[number >> 3] = bits[number >> 3]! | (1 << (number & 7));
      size += 1;
    },
    delete(number: number) {
      if (!has(number)) return false;
      bits[number >> 3] = bits[number >> 3]! & ~(1 << (number & 7));
      size -= 1;
      return true;
    },
  };
};
