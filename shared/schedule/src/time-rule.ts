import { InvalidScheduleError } from '@shared/errors';
import { type CronRule, cronProblem, parseCron } from './cron-rule.ts';
import { nextCronTick } from './cron-tick.ts';
import { isTimeZone } from './zone.ts';

const HOUR_MS = 3_600_000;

/** Longer ones would outlive everybody who could notice that they do not tick. */
const MAX_EVERY_MS = 366 * 24 * HOUR_MS;

/** When an entry ticks. `text` is the rule as people write it, the same for the same rule. */
export type TimeRule = { text: string } & (
  { kind: 'cron'; cron: CronRule; timeZone: string } | { kind: 'every'; everyMs: number }
);

/** The two ways to say when. */
export type When =
  | { cron: string; timeZone?: string; everyMs?: never }
  | { everyMs: number; cron?: never; timeZone?: never };

/** @throws {InvalidScheduleError} naming the option that does not hold. */
export const timeRule = (name: string, { cron, timeZone = 'UTC', everyMs }: When): TimeRule => {
  if ((cron === undefined) === (everyMs === undefined)) {
    throw new InvalidScheduleError(name, 'cron', {
      why: 'and everyMs are the two ways to say when, and exactly one is needed',
      fix: 'Give either cron or everyMs.',
    });
  }
  return everyMs === undefined
    ? cronRule(name, { cron: cron ?? '', timeZone })
    : everyRule(name, everyMs);
};

const cronRule = (
  name: string,
  { cron, timeZone }: { cron: string; timeZone: string },
): TimeRule => {
  const problem = cronProblem(cron);
  if (problem !== undefined) {
    throw new InvalidScheduleError(name, 'cron', {
      why: `"${cron}" cannot be read (${problem})`,
      fix: 'Write minute, hour, day of month, month and day of week, as in "0 3 * * *".',
    });
  }
  if (!isTimeZone(timeZone)) {
    throw new InvalidScheduleError(name, 'timeZone', {
      why: `"${timeZone}" is not known`,
      fix: 'Use a name of the IANA database, as in "Europe/Berlin".',
    });
  }
  return { kind: 'cron', cron: parseCron(cron), timeZone, text: `${cron} ${timeZone}` };
};

const everyRule = (name: string, everyMs: number): TimeRule => {
  if (Number.isInteger(everyMs / 1_000) && everyMs > 0 && everyMs <= MAX_EVERY_MS) {
    return { kind: 'every', everyMs, text: `every ${everyMs} ms` };
  }
  throw new InvalidScheduleError(name, 'everyMs', {
    why: `${everyMs} is not a whole number of seconds up to a year`,
    fix: 'Give a multiple of 1,000 milliseconds: beats look at the clock once a second.',
  });
};

/** The first tick after an instant, both in milliseconds since 1970; undefined if there never is one. */
export const nextOf = (rule: TimeRule, after: number): number | undefined =>
  rule.kind === 'every'
    ? (Math.floor(after / rule.everyMs) + 1) * rule.everyMs
    : nextCronTick(rule.cron, rule.timeZone, after);

/** Whether the rule ticks in every hour of its days. */
export const isBusy = (rule: TimeRule): boolean =>
  rule.kind === 'every' ? rule.everyMs <= HOUR_MS : rule.cron.everyHour;
