import { UnsatisfiableRangeError } from './errors/unsatisfiable-range-error.ts';
import type { ByteRange } from './storage.ts';

/**
 * Cuts a range to an object's size.
 *
 * @throws {UnsatisfiableRangeError} if nothing of it lies within.
 */
export const resolveRange = (
  key: string,
  range: ByteRange | undefined,
  totalBytes: number,
): { start: number; bytes: number } => {
  if (range === undefined) return { start: 0, bytes: totalBytes };
  checkRange(key, range);
  if (range.start >= totalBytes) throw new UnsatisfiableRangeError(key, range);
  const end = Math.min(range.end ?? Infinity, totalBytes - 1);
  return { start: range.start, bytes: end - range.start + 1 };
};

/** @throws {UnsatisfiableRangeError} for numbers that no object could satisfy. */
export const checkRange = (key: string, { start, end }: ByteRange): void => {
  const valid = [start, end ?? start].every((at) => Number.isSafeInteger(at) && at >= 0);
  if (valid && start <= (end ?? start)) return;
  throw new UnsatisfiableRangeError(key, end === undefined ? { start } : { start, end });
};
