import { py, type PickleValue, type PyZone } from '../../src/pickle/index.ts';
import { floatValue } from '../../src/pickle/values/numbers.ts';
import { fromBase64 } from './vectors.ts';

/**
 * The value that a vector's JSON stands for: `{"$tuple": […]}`, `{"$int": "…"}` and so on; an object without
 * a tag is a dict, and a number always an int.
 */
export const untag = (json: unknown): PickleValue => {
  if (Array.isArray(json)) return json.map(untag);
  if (typeof json !== 'object' || json === null) return json as PickleValue; // A scalar.
  const [tag] = Object.keys(json).filter((key) => key.startsWith('$'));
  if (tag === undefined) {
    return new Map(Object.entries(json).map(([key, value]) => [key, untag(value)]));
  }
  const read = TAGS[tag];
  if (read === undefined) throw new Error(`the vectors use an unknown tag ${tag}`);
  return read((json as Record<string, never>)[tag] as never, json as never);
};

type Zoned = { tz?: string | null };

// Each takes what the vectors hold under its tag.
const TAGS: Record<string, (content: never, whole: never) => PickleValue> = {
  $tuple: (items: unknown[]) => py.tuple(items.map(untag)),
  $set: (items: unknown[]) => py.set(items.map(untag)),
  $frozenset: (items: unknown[]) => py.frozenset(items.map(untag)),
  $dict: (entries: [unknown, unknown][]) =>
    py.dict(entries.map(([key, value]) => [untag(key), untag(value)])),
  $bytes: (b64: string) => fromBase64(b64),
  $bytearray: (b64: string) => py.bytearray(fromBase64(b64)),
  $int: (digits: string) => BigInt(digits),
  $float: (repr: string) => floatValue(Number(repr.replace('inf', 'Infinity'))),
  $complex: ([real, imag]: [number, number]) => py.complex(real, imag),
  $range: ([start, stop, step]: [number, number, number]) => py.range(start, stop, step),
  $decimal: (text: string) => py.decimal(text),
  $uuid: (text: string) => py.uuid(text),
  $date: (text: string) => py.date(dateFields(text)),
  $time: (text: string) =>
    py.time({ ...clockFields(text), zone: text.endsWith('+00:00') ? py.utc : null }),
  $timedelta: (amounts: { days: number; seconds: number; microseconds: number }) =>
    py.timedelta(amounts),
  $timezone: (repr: string) => zoneOf(repr),
  $datetime: (text: string, { tz }: Zoned) =>
    py.datetime({
      ...dateFields(text),
      ...clockFields(text.slice(11)),
      zone: typeof tz === 'string' ? zoneOf(tz) : null,
    }),
  $exception: (name: string, { args }: { args: unknown[] }) => {
    const dot = name.lastIndexOf('.');
    const module = name.slice(0, dot);
    return py.exception(name.slice(dot + 1), args.map(untag), { module });
  },
};

const dateFields = (text: string) => ({
  year: Number(text.slice(0, 4)),
  month: Number(text.slice(5, 7)),
  day: Number(text.slice(8, 10)),
});

const clockFields = (text: string) => ({
  hour: Number(text.slice(0, 2)),
  minute: Number(text.slice(3, 5)),
  second: Number(text.slice(6, 8)),
  microsecond: text[8] === '.' ? Number(text.slice(9, 15)) : 0,
});

const ZONES: Record<string, PyZone> = {
  'datetime.timezone.utc': py.utc,
  'datetime.timezone(datetime.timedelta(seconds=19800))': py.timezone(
    py.timedelta({ seconds: 19_800 }),
  ),
  "datetime.timezone(datetime.timedelta(days=-1, seconds=57600), 'PST')": py.timezone(
    py.timedelta({ days: -1, seconds: 57_600 }),
    'PST',
  ),
  "zoneinfo.ZoneInfo(key='Europe/Berlin')": py.zoneinfo('Europe/Berlin'),
  "zoneinfo.ZoneInfo(key='UTC')": py.zoneinfo('UTC'),
  '<UTC>': py.pytzUtc,
  "<DstTzInfo 'Europe/Berlin' CEST+2:00:00 DST>": py.pytzZone('Europe/Berlin', {
    offsetSeconds: 7200,
    dstSeconds: 3600,
    abbreviation: 'CEST',
  }),
  'tzutc()': py.dateutilUtc,
};

const zoneOf = (repr: string): PyZone => {
  const zone = ZONES[repr];
  if (zone === undefined) throw new Error(`the vectors use an unknown zone ${repr}`);
  return zone;
};
