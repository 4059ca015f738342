import type { Backoff } from '@shared/contracts';

/**
 * How long to wait after a failed attempt, in ms.
 *
 * @param attempt the one that failed, 1 for the first.
 * @param random from 0 up to 1; spreads the wait by ±`jitter`.
 */
export const waitAfter = (backoff: Backoff, attempt: number, random = Math.random()): number => {
  const wait = baseWait(backoff, attempt);
  const spread = 1 + (backoff.jitter ?? 0) * (2 * random - 1);
  return Math.round(wait * spread);
};

const baseWait = (backoff: Backoff, attempt: number): number => {
  switch (backoff.type) {
    case 'fixed':
      return backoff.delayMs;
    case 'linear':
      return Math.min(backoff.delayMs * attempt, backoff.maxDelayMs ?? Infinity);
    case 'exponential':
      return Math.min(backoff.delayMs * 2 ** (attempt - 1), backoff.maxDelayMs ?? LONGEST_WAIT_MS);
    case 'list':
      return backoff.delaysMs[Math.min(attempt, backoff.delaysMs.length) - 1] ?? 0;
  }
};

/** Doubling without a cap would soon wait for years. */
const LONGEST_WAIT_MS = 86_400_000;
