import { CHANNELS } from './signature.ts';

/** Signatures in one block of an index: places within it fit into 16 bits, its scores into a core's cache. */
export const BLOCK = 65_536;

/** What every block keeps of its signatures, beside their coefficients. */
export type Entries = {
  count: number;
  numbers: Uint32Array;
  owners: Uint32Array;
  /** Channel after channel. A deleted one's are infinite, which no score gets over. */
  averages: Float32Array[];
};

export const createEntries = (): Entries => ({
  count: 0,
  numbers: new Uint32Array(BLOCK),
  owners: new Uint32Array(BLOCK),
  averages: Array.from({ length: CHANNELS }, () => new Float32Array(BLOCK)),
});

/** @returns false if it is not in here. */
export const removeEntry = ({ count, numbers, averages }: Entries, number: number): boolean => {
  const at = numbers.subarray(0, count).indexOf(number);
  if (at < 0) return false;
  averages[0]![at] = Infinity;
  // Nothing asks for the number 0, so that the place cannot be found again.
  numbers[at] = 0;
  return true;
};
