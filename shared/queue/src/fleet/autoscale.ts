import type { AutoscaleRange } from './autoscale-range.ts';
import type { Load } from './load-meter.ts';

/** What a worker knows of itself at one moment. */
export type Sample = Load & {
  atMs: number;
  concurrency: number;
  /** How many jobs ran at once at most since the last sample. */
  busiest: number;
  /** How long the job whose turn is next has been waiting, as far as this worker can tell; 0 = none waits. */
  waitMs: number;
};

/** What is remembered from one decision to the next. */
export type AutoscaleState = {
  /** Since when no slot more was needed; undefined while all are. */
  idleSinceMs: number | undefined;
};

/** A job that waits longer than this needs another slot. */
const PATIENCE_MS = 250;

/** Beyond these, one more job only makes the others slower. */
const MAX_CPU_SHARE = 0.9;
const MAX_LOOP_LAG_MS = 100;

/** When even the locks are in danger. */
const OVERLOAD_LAG_MS = 1_000;

/** Slots are given up only after this long without need: load comes in waves. */
const CALM_MS = 10_000;

/** Up by a third, down by a fifth: what is missing hurts more than what is idle. */
const stepUp = (slots: number) => Math.max(1, Math.ceil(slots / 3));
const stepDown = (slots: number) => Math.max(1, Math.floor(slots / 5));

/**
 * How many slots a worker should have now. They grow while jobs wait although all slots are taken and
 * the process can carry more, shrink when some have been idle for a while, and shrink at once when the
 * event loop is choking.
 */
export const autoscale = (
  { max, min }: AutoscaleRange,
  sample: Sample,
  state: AutoscaleState,
): { concurrency: number; state: AutoscaleState } => {
  const { atMs, concurrency, busiest, waitMs, cpuShare, loopLagMs } = sample;
  const needsAll = busiest >= concurrency;
  const idleSinceMs = needsAll ? undefined : (state.idleSinceMs ?? atMs);
  const within = (slots: number) => Math.min(Math.max(slots, min), max);

  if (loopLagMs > OVERLOAD_LAG_MS) {
    return { concurrency: within(concurrency - stepDown(concurrency)), state: { idleSinceMs } };
  }
  const canCarryMore = cpuShare < MAX_CPU_SHARE && loopLagMs < MAX_LOOP_LAG_MS;
  if (needsAll && waitMs > PATIENCE_MS && canCarryMore) {
    return { concurrency: within(concurrency + stepUp(concurrency)), state: { idleSinceMs } };
  }
  if (idleSinceMs !== undefined && atMs - idleSinceMs >= CALM_MS) {
    const wanted = Math.max(concurrency - stepDown(concurrency), busiest);
    return { concurrency: within(wanted), state: { idleSinceMs } };
  }
  return { concurrency: within(concurrency), state: { idleSinceMs } };
};
