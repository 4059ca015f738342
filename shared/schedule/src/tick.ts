import { InvalidScheduleError } from '@shared/errors';
import { nextOf, type TimeRule } from './time-rule.ts';

/** What of an entry decides about its ticks. */
export type Ticking = { readonly name: string; readonly rule: TimeRule };

/** The first window that is searched backwards; a tick of this very second needs no wider one. */
const FIRST_WINDOW_MS = 1_000;

/** Fifty years: longer than any cron expression rests. */
const WIDEST_WINDOW_MS = 50 * 366 * 86_400_000;

/**
 * The first due time of an entry after an instant.
 *
 * @throws {InvalidScheduleError} there is none, which `defineEntry` has ruled out.
 */
export const nextTick = (entry: Ticking, after: Date): Date => {
  const next = nextOf(entry.rule, after.getTime());
  if (next === undefined) throw neverComes(entry);
  return new Date(next);
};

/**
 * The newest due time of an entry that is not after `now`: the scheduled time, never the moment of
 * asking, so that whoever asks before the next tick gets the same one.
 *
 * @throws {InvalidScheduleError} there was none in fifty years.
 */
export const dueTick = (entry: Ticking, now: Date): Date => {
  const due = dueOf(entry.rule, now.getTime());
  if (due === undefined) throw neverComes(entry);
  return new Date(due);
};

/**
 * The id of a tick's job, `tick-<entry>-<due time>`: the same on every beat, so that a tick is enqueued
 * once however many beats believe that they lead.
 */
export const tickId = (entry: Pick<Ticking, 'name'>, due: Date): string =>
  `tick-${entry.name}-${due.toISOString().replace(/[-:]|\.\d+/g, '')}`;

/**
 * Looking back is looking forward from earlier: widen a window until a tick falls into it, then halve
 * the time in which a later one may lie.
 */
const dueOf = (rule: TimeRule, now: number): number | undefined => {
  let [width, nothingAfter] = [FIRST_WINDOW_MS, now];
  let due = nextOf(rule, now - width);
  while (due !== undefined && due > now && width < WIDEST_WINDOW_MS) {
    nothingAfter = now - width;
    width *= 4;
    due = nextOf(rule, now - width);
  }
  if (due === undefined || due > now) return undefined;

  for (;;) {
    const following = nextOf(rule, due);
    if (following === undefined || following > now) return due;
    const middle = Math.floor((following + nothingAfter) / 2);
    const later = nextOf(rule, middle);
    if (later !== undefined && later <= now) due = later;
    else [due, nothingAfter] = [following, middle];
  }
};

const neverComes = ({ name, rule }: Ticking) =>
  new InvalidScheduleError(name, rule.kind, {
    why: 'names a time that never comes',
    fix: 'Name a day and a month that occur together.',
  });
