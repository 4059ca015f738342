import {
  isPython,
  type PickleValue,
  type PyDatetime,
  type PyTime,
  type PyValue,
  type PyZone,
} from '../../pickle/index.ts';
import { isIntNumber } from '../../pickle/values/numbers.ts';
import { kindOf } from '../../pickle/values/python.ts';
import { floatText } from '../json/float-text.ts';
import { bytesRepr, textRepr } from './text-repr.ts';

const MAX_DEPTH = 500;

/** A value as Python's `repr` prints it. */
export const pythonRepr = (value: PickleValue, depth = 0): string => {
  if (typeof value === 'string') return textRepr(value);
  if (typeof value !== 'object') return scalarRepr(value);
  if (value === null) return 'None';
  if (depth > MAX_DEPTH) return '...';
  const inner = (part: PickleValue) => pythonRepr(part, depth + 1);
  if (Array.isArray(value)) return `[${value.map(inner).join(', ')}]`;
  if (value instanceof Uint8Array) return bytesRepr(value);
  if (value instanceof Map) return dictRepr(value, inner);
  return pyRepr(value, inner);
};

const scalarRepr = (value: number | bigint | boolean): string => {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint' || isIntNumber(value)) return String(value);
  return floatRepr(value);
};

export const floatRepr = (value: number): string => {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return floatText(value);
};

type Inner = (part: PickleValue) => string;

const dictRepr = (entries: Iterable<readonly [PickleValue, PickleValue]>, inner: Inner): string =>
  `{${[...entries].map(([key, part]) => `${inner(key)}: ${inner(part)}`).join(', ')}}`;

const listRepr = (items: readonly PickleValue[], inner: Inner) => items.map(inner).join(', ');

export const tupleRepr = (items: readonly PickleValue[], inner: Inner = pythonRepr): string =>
  items.length === 1 ? `(${listRepr(items, inner)},)` : `(${listRepr(items, inner)})`;

/** An exception: `ValueError('boom')`. Celery shows those of other modules without the module as well. */
export const exceptionRepr = (
  name: string,
  args: readonly PickleValue[],
  inner: Inner = pythonRepr,
): string => `${name.split('.').at(-1) ?? name}(${listRepr(args, inner)})`;

const pyRepr = (value: PyValue, inner: Inner): string => {
  if (isPython(value, 'tuple')) return tupleRepr(value.items, inner);
  if (isPython(value, 'set'))
    return value.items.length === 0 ? 'set()' : `{${listRepr(value.items, inner)}}`;
  if (isPython(value, 'frozenset'))
    return value.items.length === 0
      ? 'frozenset()'
      : `frozenset({${listRepr(value.items, inner)}})`;
  if (isPython(value, 'float')) return floatRepr(value.value);
  if (isPython(value, 'dict')) return dictRepr(value.entries, inner);
  if (isPython(value, 'decimal')) return `Decimal('${value.text}')`;
  if (isPython(value, 'uuid')) return `UUID('${value.text}')`;
  if (isPython(value, 'bytearray')) return `bytearray(${bytesRepr(value.bytes)})`;
  if (isPython(value, 'exception')) return exceptionRepr(value.name, value.args.items, inner);
  if (
    isPython(value, 'ordered_dict') ||
    isPython(value, 'counter') ||
    isPython(value, 'default_dict')
  )
    return wrappedDictRepr(value, inner);
  return timeRepr(value, inner);
};

const wrappedDictRepr = (value: Extract<PyValue, { dict: unknown }>, inner: Inner): string => {
  const entries = value.dict instanceof Map ? value.dict : value.dict.entries;
  const text = dictRepr(entries, inner);
  if (isPython(value, 'default_dict'))
    return `defaultdict(${value.factory === null ? 'None' : `<class '${value.factory}'>`}, ${text})`;
  const name = isPython(value, 'counter') ? 'Counter' : 'OrderedDict';
  return text === '{}' ? `${name}()` : `${name}(${text})`;
};

const timeRepr = (value: PyValue, inner: Inner): string => {
  if (isPython(value, 'datetime')) return `datetime.datetime(${clockArgs(value, dayArgs(value))})`;
  if (isPython(value, 'date')) return `datetime.date(${dayArgs(value).join(', ')})`;
  if (isPython(value, 'time')) return `datetime.time(${clockArgs(value, [])})`;
  if (isPython(value, 'timedelta')) return timedeltaRepr(value);
  if (isPython(value, 'deque')) return `deque([${listRepr(value.items, inner)}])`;
  if (isPython(value, 'complex'))
    return `(${value.real}${value.imag < 0 ? '' : '+'}${value.imag}j)`;
  if (isPython(value, 'fraction')) return `Fraction(${value.numerator}, ${value.denominator})`;
  if (isPython(value, 'range')) return `range(${value.start}, ${value.stop})`;
  return 'offset' in value || 'key' in value ? zoneRepr(value) : `<${String(kindOf(value))}>`;
};

const dayArgs = ({ year, month, day }: { year: number; month: number; day: number }) => [
  year,
  month,
  day,
];

const clockArgs = (value: PyDatetime | PyTime, day: number[]): string => {
  const args: (number | string)[] = [...day, value.hour, value.minute];
  if (value.second !== 0 || value.microsecond !== 0) args.push(value.second);
  if (value.microsecond !== 0) args.push(value.microsecond);
  if (value.zone !== null) args.push(`tzinfo=${zoneRepr(value.zone)}`);
  return args.join(', ');
};

const zoneRepr = (zone: PyZone): string => {
  if ('key' in zone) return `zoneinfo.ZoneInfo(key='${zone.key}')`;
  if (!('offset' in zone)) return 'name' in zone ? `<DstTzInfo '${zone.name}'>` : '<UTC>';
  const { days, seconds, microseconds } = zone.offset;
  if (days === 0 && seconds === 0 && microseconds === 0) return 'datetime.timezone.utc';
  return `datetime.timezone(${timedeltaRepr(zone.offset)})`;
};

const timedeltaRepr = (value: { days: number; seconds: number; microseconds: number }): string => {
  const parts = (['days', 'seconds', 'microseconds'] as const)
    .filter((unit) => value[unit] !== 0)
    .map((unit) => `${unit}=${value[unit]}`);
  return `datetime.timedelta(${parts.join(', ') || '0'})`;
};
