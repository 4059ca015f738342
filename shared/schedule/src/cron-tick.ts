import type { CronRule } from './cron-rule.ts';
import { clockChange, offsetAt } from './zone.ts';

const DAY_MS = 86_400_000;

/**
 * The first instant after `after` at which the rule ticks in the zone; undefined if none ever comes.
 *
 * On the two days a year when clocks are changed, it does what cron(8) does. A rule that names hours
 * (`30 2 * * *`) ticks once for each of its local times: at the end of the gap for those that the
 * spring skips, at the first of the two for those that the autumn repeats. A rule that ticks in every
 * hour (`0,30 * * * *`) goes by elapsed time: nothing in the gap, both of the repeated hours.
 */
export const nextCronTick = (
  rule: CronRule,
  timeZone: string,
  after: number,
): number | undefined =>
  rule.everyHour
    ? nextByElapsedTime(rule, timeZone, after)
    : nextByWallClock(rule, timeZone, after);

const nextByWallClock = (rule: CronRule, timeZone: string, after: number) => {
  const local = rule.nextLocal(latestLocal(timeZone, after));
  return local === undefined ? undefined : firstInstantOf(timeZone, local);
};

/** The latest local time that the zone's clocks have shown up to an instant, before they went back too. */
const latestLocal = (timeZone: string, instant: number): number => {
  const local = instant + offsetAt(timeZone, instant);
  const change = clockChange(timeZone, instant - DAY_MS, instant);
  if (change === undefined) return local;
  return Math.max(local, change - 1 + offsetAt(timeZone, change - 1));
};

/** When the zone's clocks first show a local time, or go past it. */
const firstInstantOf = (timeZone: string, local: number): number => {
  // No zone is a day off UTC, so the instant lies between these two.
  const [earliest, latest] = [local - DAY_MS, local + DAY_MS];
  const change = clockChange(timeZone, earliest, latest);
  const instant = local - offsetAt(timeZone, earliest);
  if (change === undefined || instant < change) return instant;
  return Math.max(change, local - offsetAt(timeZone, change));
};

const nextByElapsedTime = (rule: CronRule, timeZone: string, after: number) => {
  let [from, segment] = [after, after];
  for (;;) {
    const offset = offsetAt(timeZone, segment);
    const local = rule.nextLocal(from + offset);
    if (local === undefined) return undefined;
    const change = clockChange(timeZone, segment, local - offset);
    if (change === undefined) return local - offset;
    [from, segment] = [change - 1, change];
  }
};
