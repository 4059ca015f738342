import { py, type PyDate, type PyDatetime, type PyTime, type PyZone } from '../../pickle/index.ts';
import { clockText, dateText, zoneText } from '../../pickle/js/time-texts.ts';
import { createInstantOf } from '../../pickle/js/instant.ts';
import { clockProblem, dateProblem } from '../../pickle/values/times.ts';

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const CLOCK = /^(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})\d*)?)?(Z|[+-]\d\d:?\d\d(?::?\d\d)?)?$/;

/** As Python's `date.fromisoformat`; undefined for other text. */
export const readDate = (text: string): PyDate | undefined => {
  const found = DATE.exec(text);
  if (found === null) return undefined;
  const [, year, month, day] = found.map(Number);
  const value = { year: year ?? 0, month: month ?? 0, day: day ?? 0 };
  return dateProblem(value) === undefined ? py.date(value) : undefined;
};

/** As Python's `time.fromisoformat`; undefined for other text. */
export const readTime = (text: string): PyTime | undefined => {
  const found = CLOCK.exec(text);
  if (found === null) return undefined;
  const [, hour, minute, second = '0', fraction = '0', zone] = found;
  const value = py.time({
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    microsecond: Number(fraction.padEnd(6, '0')),
    zone: zone === undefined ? null : readOffset(zone),
  });
  return clockProblem(value) === undefined ? value : undefined;
};

/** As Python's `datetime.fromisoformat`, a date alone being midnight; undefined for other text. */
export const readDatetime = (text: string): PyDatetime | undefined => {
  const date = readDate(text.slice(0, 10));
  const time = text.length === 10 ? py.time({}) : readTime(text.slice(11));
  if (date === undefined || time === undefined) return undefined;
  return py.datetime({ ...fields(date), ...fields(time) });
};

/** What a Python value is made of, without the mark of its type. */
const fields = <Value extends object>(value: Value) =>
  // The mark is a symbol, which entries leave out.
  Object.fromEntries(Object.entries(value)) as { [Key in keyof Value & string]: Value[Key] };

const readOffset = (text: string): PyZone => {
  if (text === 'Z') return py.utc;
  const [hours = 0, minutes = 0, seconds = 0] = (text.slice(1).match(/\d\d/g) ?? []).map(Number);
  const total = hours * 3600 + minutes * 60 + seconds;
  if (total === 0) return py.utc;
  return py.timezone(py.timedelta({ seconds: text.startsWith('-') ? -total : total }));
};

const instantOf = createInstantOf();

/** `+02:00`, as `isoformat` ends; undefined for a zone that nobody here knows. */
const offsetText = (value: PyDatetime, zone: PyZone): string | undefined => {
  if ('offset' in zone) return zoneText(zone);
  const instant = instantOf(value, zone);
  if (instant === undefined) return undefined;
  const local = instantOf({ ...value, zone: py.utc }, py.utc) ?? instant;
  const seconds = Math.round((local - instant) / 1000);
  return zoneText(py.timezone(py.timedelta({ seconds })));
};

/** As Python's `datetime.isoformat`; undefined when the zone's offset is not known here. */
export const datetimeIso = (value: PyDatetime): string | undefined => {
  const naive = `${dateText(value)}T${clockText(value)}`;
  if (value.zone === null) return naive;
  const offset = offsetText(value, value.zone);
  return offset === undefined ? undefined : naive + offset;
};

/** As Python's `time.isoformat`: only a zone that never changes its offset can be said without a date. */
export const timeIso = (value: PyTime): string => {
  const { zone } = value;
  if (zone === null) return clockText(value);
  if ('offset' in zone) return clockText(value) + zoneText(zone);
  return clockText(value) + (zoneText(zone) === 'UTC' ? '+00:00' : '');
};

/** A moment as `datetime.isoformat` prints it in UTC: with microseconds unless there are none. */
export const momentIso = (epochMs: number, suffix = '+00:00'): string => {
  const date = new Date(epochMs);
  const micros =
    Math.floor((epochMs - Math.floor(epochMs)) * 1000) + date.getUTCMilliseconds() * 1000;
  const whole = date.toISOString().slice(0, 19);
  return `${whole}${micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`}${suffix}`;
};

/**
 * When an ISO text is, in milliseconds since 1970. Without an offset it is UTC, or local time of
 * `zone` (an IANA name). Undefined for text that is no date.
 */
export const momentOf = (text: string, zone = 'UTC'): number | undefined => {
  const value = readDatetime(text);
  if (value === undefined) return undefined;
  return instantOf(value, value.zone ?? (zone === 'UTC' ? py.utc : py.zoneinfo(zone)));
};

/** A moment as an aware datetime in UTC. */
export const datetimeAt = (epochMs: number): PyDatetime => {
  const date = new Date(epochMs);
  return py.datetime({
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    microsecond: date.getUTCMilliseconds() * 1000,
    zone: py.utc,
  });
};
