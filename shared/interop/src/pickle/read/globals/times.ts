import { hasKind, kindOf } from '../../values/python.ts';
import { py } from '../../values/py.ts';
import { timedeltaProblem } from '../../values/timedelta.ts';
import { clockProblem, dateProblem } from '../../values/times.ts';
import { isZoneKind, timezoneProblem, type PyZone } from '../../values/zones.ts';
import type { AllowedGlobal, Raw } from '../raw.ts';
import { isSmallInt, wrongArguments } from './arguments.ts';
import { latin1 } from './bytes.ts';

const TOP_BIT = 0x80;

/** The packed fields of a date or time: bytes, or a str of as many characters from Python 2. */
const packed = (state: Raw | undefined, length: number, callee: string): DataView => {
  const bytes = typeof state === 'string' && state.length === length ? latin1(state) : state;
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) throw wrongArguments(callee);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};

const zoneOf = (value: Raw | undefined, callee: string): PyZone | null => {
  if (value === undefined || value === null) return null;
  if (!isZoneKind(kindOf(value))) throw wrongArguments(callee);
  return value as PyZone; // Its kind says so.
};

/** Six bytes; Python keeps `fold` in the top bit of the first field of the whole. */
const clockAt = (view: DataView, at: number) => ({
  hour: view.getUint8(at),
  minute: view.getUint8(at + 1),
  second: view.getUint8(at + 2),
  microsecond: view.getUint8(at + 3) * 0x10000 + view.getUint16(at + 4),
});

export const datetime: AllowedGlobal = {
  call: ([state, zone]) => {
    const view = packed(state, 10, 'datetime.datetime');
    const month = view.getUint8(2);
    const value = py.datetime({
      year: view.getUint16(0),
      month: month & ~TOP_BIT,
      day: view.getUint8(3),
      ...clockAt(view, 4),
      fold: month >= TOP_BIT ? 1 : 0,
      zone: zoneOf(zone, 'datetime.datetime'),
    });
    if (dateProblem(value) ?? clockProblem(value)) throw wrongArguments('datetime.datetime');
    return value;
  },
};

export const date: AllowedGlobal = {
  call: ([state]) => {
    const view = packed(state, 4, 'datetime.date');
    const value = py.date({
      year: view.getUint16(0),
      month: view.getUint8(2),
      day: view.getUint8(3),
    });
    if (dateProblem(value)) throw wrongArguments('datetime.date');
    return value;
  },
};

export const time: AllowedGlobal = {
  call: ([state, zone]) => {
    const clock = clockAt(packed(state, 6, 'datetime.time'), 0);
    const value = py.time({
      ...clock,
      hour: clock.hour & ~TOP_BIT,
      fold: clock.hour >= TOP_BIT ? 1 : 0,
      zone: zoneOf(zone, 'datetime.time'),
    });
    if (clockProblem(value)) throw wrongArguments('datetime.time');
    return value;
  },
};

export const timedelta: AllowedGlobal = {
  call: ([days = 0, seconds = 0, microseconds = 0]) => {
    if (!isSmallInt(days) || !isSmallInt(seconds) || !isSmallInt(microseconds)) {
      throw wrongArguments('datetime.timedelta');
    }
    const value = py.timedelta({ days, seconds, microseconds });
    if (timedeltaProblem(value)) throw wrongArguments('datetime.timedelta');
    return value;
  },
};

export const timezone: AllowedGlobal = {
  call: ([offset, name = null]) => {
    if (!hasKind(offset, 'timedelta') || (name !== null && typeof name !== 'string')) {
      throw wrongArguments('datetime.timezone');
    }
    const value = py.timezone(offset, name);
    if (timezoneProblem(value)) throw wrongArguments('datetime.timezone');
    return value;
  },
};
