import { createTask, parse, validateDetailed } from 'node-cron';

const DAY_SECONDS = 86_400;

/** A leap day on a given weekday comes at the latest after 40 years; what does not by then, never does. */
const HORIZON_DAYS = 366 * 41;

/**
 * A cron expression as a set of local times, in which a local time is the number of milliseconds that
 * `Date.UTC` gives for its calendar fields. It knows nothing of zones.
 */
export type CronRule = {
  /** Whether the expression leaves no hour of its days out. */
  everyHour: boolean;
  /** The first local time of the rule after `localMs`; undefined if there never is one. */
  nextLocal(localMs: number): number | undefined;
};

/** Why node-cron refuses the expression; undefined if it does not. */
export const cronProblem = (expression: string): string | undefined =>
  validateDetailed(expression).errors[0]?.message;

/**
 * Five fields (minute, hour, day of month, month, day of week) or six (second first), with names,
 * ranges, steps, `L`, `W`, `#` and nicknames such as `@daily`, as node-cron 4.6 reads them. A day has
 * to fit day of month *and* day of week.
 *
 * @param expression one that `cronProblem` finds no fault with.
 */
export const parseCron = (expression: string): CronRule => {
  const fields = parse(expression);
  const hours = ascending(fields.hour);
  const minutes = ascending(fields.minute);
  const seconds = ascending(fields.second);
  const onDay = dayMatcher(expression, {
    months: fields.month,
    time: ((hours[0] ?? 0) * 3_600 + (minutes[0] ?? 0) * 60 + (seconds[0] ?? 0)) * 1_000,
  });

  const nextSecondOfDay = (after: number): number | undefined => {
    for (const hour of hours.filter((hour) => hour * 3_600 + 3_599 > after)) {
      for (const minute of minutes) {
        const start = hour * 3_600 + minute * 60;
        const second = seconds.find((second) => start + second > after);
        if (second !== undefined) return start + second;
      }
    }
    return undefined;
  };

  return {
    everyHour: hours.length === 24,
    nextLocal(localMs) {
      const after = Math.floor(localMs / 1_000);
      const today = Math.floor(after / DAY_SECONDS);
      for (let day = today; day < today + HORIZON_DAYS; day += 1) {
        if (!onDay(day)) continue;
        const second = nextSecondOfDay(day === today ? after - today * DAY_SECONDS : -1);
        if (second !== undefined) return (day * DAY_SECONDS + second) * 1_000;
      }
      return undefined;
    },
  };
};

/**
 * node-cron matches instants only. Asked in UTC for the rule's first time of a day, it tells whether
 * the day (counted from 1970-01-01) fits, with everything it knows about `L`, `W` and `#`.
 */
const dayMatcher = (
  expression: string,
  { months, time }: { months: readonly number[]; time: number },
): ((day: number) => boolean) => {
  const task = createTask(expression, () => undefined, { timezone: 'UTC' });
  void task.destroy(); // Leaves node-cron's registry; it still matches.
  return (day) => {
    const midnight = new Date(day * DAY_SECONDS * 1_000);
    return months.includes(midnight.getUTCMonth() + 1) && task.match(new Date(+midnight + time));
  };
};

const ascending = (numbers: readonly number[]) => [...new Set(numbers)].sort((a, b) => a - b);
