import { OP } from '../opcodes.ts';
import { timedeltaProblem } from '../values/timedelta.ts';
import { clockProblem, dateProblem, type PyDate, type PyTime } from '../values/times.ts';
import { timezoneProblem } from '../values/zones.ts';
import { called, check, global, type PlansOf } from './plan.ts';
import { writeGlobal, writeScalar } from './scalars.ts';
import type { Output } from './output.ts';

const DATE = global('datetime', 'date');
const DATETIME = global('datetime', 'datetime');
const TIME = global('datetime', 'time');
const TIMEDELTA = global('datetime', 'timedelta');
const TIMEZONE = global('datetime', 'timezone');
const PYTZ_UTC = global('pytz', '_UTC');
const PYTZ_ZONE = global('pytz', '_p');
const DATEUTIL_UTC = global('dateutil.tz.tz', 'tzutc');

/** `getattr(ZoneInfo, '_unpickle')`: CPython writes the same. */
const unpickleZone = (out: Output) => {
  writeGlobal(out, 'builtins', 'getattr');
  writeGlobal(out, 'zoneinfo', 'ZoneInfo');
  writeScalar(out, '_unpickle');
  out.bytes(OP.TUPLE2, OP.REDUCE);
};

/** How dates, times and their zones are written. */
export const timePlans: PlansOf<
  | 'date'
  | 'datetime'
  | 'dateutil_utc'
  | 'pytz_utc'
  | 'pytz_zone'
  | 'time'
  | 'timedelta'
  | 'timezone'
  | 'zoneinfo'
> = {
  date: (value, tools) => {
    check(dateProblem(value), tools);
    return called(DATE, [Uint8Array.from(packDate(value))]);
  },
  datetime: (value, tools) => {
    check(dateProblem(value) ?? clockProblem(value), tools);
    const [high, low, month, day] = packDate(value);
    const packed = [high, low, month | (value.fold << 7), day, ...packClock(value)];
    return called(DATETIME, withZone(packed, value.zone));
  },
  dateutil_utc: () => called(DATEUTIL_UTC, []),
  pytz_utc: () => called(PYTZ_UTC, []),
  pytz_zone: ({ name, period }) =>
    period === null
      ? called(PYTZ_ZONE, [name])
      : called(PYTZ_ZONE, [name, period.offsetSeconds, period.dstSeconds, period.abbreviation]),
  time: (value, tools) => {
    check(clockProblem(value), tools);
    const [hour, ...rest] = packClock(value);
    return called(TIME, withZone([hour | (value.fold << 7), ...rest], value.zone));
  },
  timedelta: (value, tools) => {
    check(timedeltaProblem(value), tools);
    // −0 would be written as a float.
    return called(TIMEDELTA, [value.days + 0, value.seconds + 0, value.microseconds + 0]);
  },
  timezone: (value, tools) => {
    check(timezoneProblem(value), tools);
    return called(TIMEZONE, value.name === null ? [value.offset] : [value.offset, value.name]);
  },
  zoneinfo: ({ key, cached }) => called(unpickleZone, [key, cached]),
};

type Day = Pick<PyDate, 'year' | 'month' | 'day'>;
type Clock = Pick<PyTime, 'hour' | 'minute' | 'second' | 'microsecond'>;

const packDate = ({ year, month, day }: Day): [number, number, number, number] => [
  year >> 8,
  year & 0xff,
  month,
  day,
];

const packClock = ({ hour, minute, second, microsecond }: Clock): [number, ...number[]] => [
  hour,
  minute,
  second,
  microsecond >> 16,
  (microsecond >> 8) & 0xff,
  microsecond & 0xff,
];

const withZone = (packed: readonly number[], zone: unknown): unknown[] => {
  const state = Uint8Array.from(packed);
  return zone === null ? [state] : [state, zone];
};
