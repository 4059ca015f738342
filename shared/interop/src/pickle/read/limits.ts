import { PickleLimitError } from '../errors/pickle-limit-error.ts';

/** How much of a pickle is read before it is refused. */
export type PickleLimits = {
  /** Bytes of input. */
  maxBytes: number;
  /** Values in all containers together; copies that the pickle asks for count again. */
  maxItems: number;
  /** Containers inside containers. */
  maxDepth: number;
  /** Bytes of one int. */
  maxIntBytes: number;
  /** Containers open at once while reading. */
  maxMarks: number;
  /** Values kept for later use in the same pickle. */
  maxMemo: number;
};

export const DEFAULT_LIMITS: PickleLimits = {
  maxBytes: 16 * 1024 * 1024,
  maxItems: 1_000_000,
  maxDepth: 500,
  maxIntBytes: 8192,
  maxMarks: 10_000,
  maxMemo: 1_000_000,
};

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
