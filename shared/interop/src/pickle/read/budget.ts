import { PickleLimitError } from '../errors/pickle-limit-error.ts';
import type { PickleLimits } from '../limits.ts';

/**
 * Counts work that its length in the input does not bound. A value is written once and can then be
 * used by two bytes each time, so whatever walks over one pays here first.
 */
export type Budget = {
  items(count: number): void;
  scanned(bytes: number): void;
};

/** An honest pickle has each of its bytes looked at a few times: decoded, parsed, made into a key. */
const SCANS_PER_BYTE = 8;

export const createBudget = ({ maxItems, maxBytes }: PickleLimits): Budget => {
  let items = 0;
  let scanned = 0;
  return {
    items: (count) => {
      items += count;
      if (items > maxItems) throw new PickleLimitError('maxItems', maxItems);
    },
    scanned: (bytes) => {
      scanned += bytes;
      if (scanned > maxBytes * SCANS_PER_BYTE) throw new PickleLimitError('maxBytes', maxBytes);
    },
  };
};
