import type { PyDatetime } from '../values/times.ts';
import type { PyZone } from '../values/zones.ts';

/** When an aware datetime is, in milliseconds since 1970; undefined for a zone that nobody here knows. */
export type InstantOf = (datetime: PyDatetime, zone: PyZone) => number | undefined;

const DAY_MS = 86_400_000;

/** Looks each zone up once. */
export const createInstantOf = (): InstantOf => {
  const offsets = new Map<string, OffsetAt | undefined>();
  const offsetsOf = (zone: string) => {
    if (!offsets.has(zone)) offsets.set(zone, offsetsIn(zone));
    return offsets.get(zone);
  };

  return (datetime, zone) => {
    const local = asIfUtc(datetime);
    const fixed = fixedOffset(zone);
    if (typeof fixed === 'number') return local - fixed;
    const offsetAt = offsetsOf(fixed);
    return offsetAt && inZone(local, datetime.fold, offsetAt);
  };
};

const asIfUtc = ({ year, month, day, hour, minute, second, microsecond }: PyDatetime) =>
  // Not Date.UTC: it takes the year 50 for 1950.
  new Date(0).setUTCFullYear(year, month - 1, day) +
  hour * 3_600_000 +
  minute * 60_000 +
  second * 1000 +
  Math.floor(microsecond / 1000);

/** Milliseconds east of UTC, or the name of a zone whose offset depends on the time. */
const fixedOffset = (zone: PyZone): number | string => {
  if ('offset' in zone) {
    const { days, seconds, microseconds } = zone.offset;
    return days * DAY_MS + seconds * 1000 + Math.floor(microseconds / 1000);
  }
  if ('key' in zone) return zone.key;
  if ('name' in zone) return zone.period === null ? zone.name : zone.period.offsetSeconds * 1000;
  return 0;
};

type OffsetAt = (instant: number) => number;

/** By the time zones that Node brings along; undefined for a name that it does not know. */
const offsetsIn = (timeZone: string): OffsetAt | undefined => {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    return (instant) => {
      const parts = format.formatToParts(instant);
      return parseOffset(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '');
    };
  } catch {
    return undefined;
  }
};

/** `GMT`, `GMT+05:30`, and before standard time `GMT-04:56:02`. */
const parseOffset = (text: string): number => {
  const [, sign = '+', hours = '0', minutes = '0', seconds = '0'] =
    /^GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(text) ?? [];
  const ms = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000;
  return sign === '-' ? -ms : ms;
};

/**
 * A clock that is set back shows an hour twice: `fold` says which. One that is set forward skips an hour:
 * then it says, as in Python, whether the offset before or after holds.
 */
const inZone = (local: number, fold: 0 | 1, offsetAt: OffsetAt): number => {
  const [before, after] = [offsetAt(local - DAY_MS), offsetAt(local + DAY_MS)];
  const isBefore = offsetAt(local - before) === before;
  const isAfter = offsetAt(local - after) === after;
  if (isBefore !== isAfter) return local - (isBefore ? before : after);
  return local - (fold === 0 ? before : after);
};
