import type { PYTHON } from '../values/python.ts';
import { kindOf } from '../values/python.ts';
import type { PickleValue, PyValue } from '../values/value.ts';
import type { InstantOf } from './instant.ts';
import { dateText, datetimeText, timeText, zoneText } from './time-texts.ts';

type Kind = PyValue[typeof PYTHON];

/** What each kind of value without parts becomes. */
const LEAVES: {
  readonly [K in Kind]?: (
    value: Extract<PyValue, { readonly [PYTHON]: K }>,
    instantOf: InstantOf,
  ) => unknown;
} = {
  bytearray: ({ bytes }) => bytes,
  complex: ({ real, imag }) => ({ real, imag }),
  date: dateText,
  dateutil_utc: zoneText,
  datetime: (value, instantOf) => {
    const instant = value.zone === null ? undefined : instantOf(value, value.zone);
    return instant === undefined ? datetimeText(value) : new Date(instant);
  },
  decimal: ({ text }) => text,
  float: ({ value }) => value,
  fraction: ({ numerator, denominator }) => `${numerator}/${denominator}`,
  pytz_utc: zoneText,
  pytz_zone: zoneText,
  range: ({ start, stop, step }) => ({ start, stop, step }),
  time: timeText,
  timedelta: ({ days, seconds, microseconds }) =>
    days * 86_400 + seconds + microseconds / 1_000_000,
  timezone: zoneText,
  uuid: ({ text }) => text,
  zoneinfo: zoneText,
};

export const plainLeaf = (value: object & PickleValue, instantOf: InstantOf): unknown => {
  // The table is keyed by the very kind that the value says it is.
  const plain = LEAVES[kindOf(value) as Kind] as
    ((value: object, instantOf: InstantOf) => unknown) | undefined;
  return plain === undefined ? value : plain(value, instantOf);
};
