import {
  isPython,
  type DictValue,
  type PickleValue,
  type PyTime,
  type PyTimedelta,
  type PyValue,
  type PyZone,
} from '../../src/pickle/index.ts';

/** Python source for a value, as `exchange.py` evaluates it. */
export const expression = (value: PickleValue): string => {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return number(value);
  if (typeof value === 'bigint') return String(value);
  // Python takes every escape that JSON writes, lone surrogates included.
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${list(value)}]`;
  if (value instanceof Map) return dict(value);
  if (value instanceof Uint8Array) return bytes(value);
  return python(value);
};

const number = (value: number) =>
  Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : float(value);

const float = (value: number) => `float('${Object.is(value, -0) ? '-0.0' : value}')`;

const list = (items: readonly PickleValue[]) =>
  items.map((item) => `${expression(item)}, `).join('');

const bytes = (value: Uint8Array) => `bytes.fromhex('${Buffer.from(value).toString('hex')}')`;

const entries = (value: DictValue) =>
  [...(value instanceof Map ? value : value.entries)]
    .map(([key, item]) => `(${expression(key)}, ${expression(item)}), `)
    .join('');

const dict = (value: DictValue) => `dict([${entries(value)}])`;

const python = (value: PyValue): string => {
  if (isPython(value, 'tuple')) return `(${list(value.items)})`;
  if (isPython(value, 'set')) return `set([${list(value.items)}])`;
  if (isPython(value, 'frozenset')) return `frozenset([${list(value.items)}])`;
  if (isPython(value, 'deque'))
    return `deque([${list(value.items)}], ${value.maxLength ?? 'None'})`;
  if (isPython(value, 'dict')) return dict(value);
  if (isPython(value, 'ordered_dict')) return `OrderedDict([${entries(value.dict)}])`;
  if (isPython(value, 'counter')) return `Counter(${dict(value.dict)})`;
  if (isPython(value, 'default_dict')) {
    return `defaultdict(${value.factory ?? 'None'}, [${entries(value.dict)}])`;
  }
  if (isPython(value, 'exception')) {
    const args = list(value.args.items);
    const state = value.state === null ? '{}' : dict(value.state);
    return `raised('${value.module}', '${value.name}', (${args}), ${state})`;
  }
  if (isPython(value, 'float')) return float(value.value);
  if (isPython(value, 'bytearray')) return `bytearray(${bytes(value.bytes)})`;
  if (isPython(value, 'complex')) return `complex(${float(value.real)}, ${float(value.imag)})`;
  if (isPython(value, 'decimal')) return `Decimal('${value.text}')`;
  if (isPython(value, 'fraction')) return `Fraction(${value.numerator}, ${value.denominator})`;
  if (isPython(value, 'range')) return `range(${value.start}, ${value.stop}, ${value.step})`;
  if (isPython(value, 'uuid')) return `UUID('${value.text}')`;
  if (isPython(value, 'date')) return `datetime.date(${value.year}, ${value.month}, ${value.day})`;
  if (isPython(value, 'time')) return `datetime.time(${clock(value)})`;
  if (isPython(value, 'datetime')) {
    return `datetime.datetime(${value.year}, ${value.month}, ${value.day}, ${clock(value)})`;
  }
  if (isPython(value, 'timedelta')) return timedelta(value);
  if (isPython(value, 'opaque')) throw new Error('nobody but its own program can make it');
  return zone(value);
};

const clock = ({ hour, minute, second, microsecond, fold, zone: at }: Omit<PyTime, symbol>) =>
  `${hour}, ${minute}, ${second}, ${microsecond}, ${at === null ? 'None' : zone(at)}, fold=${fold}`;

const timedelta = ({ days, seconds, microseconds }: PyTimedelta) =>
  `datetime.timedelta(${days}, ${seconds}, ${microseconds})`;

const zone = (value: PyZone): string => {
  if (isPython(value, 'timezone')) {
    const name = value.name === null ? '' : `, ${JSON.stringify(value.name)}`;
    return `datetime.timezone(${timedelta(value.offset)}${name})`;
  }
  if (isPython(value, 'zoneinfo')) return `ZoneInfo(${JSON.stringify(value.key)})`;
  throw new Error('a bare Python has no such zone');
};
