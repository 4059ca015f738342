import { complex, decimal, float, fraction, range } from './numbers.ts';
import { kindOf, PYTHON } from './python.ts';
import { timedelta } from './timedelta.ts';
import { date, datetime, time } from './times.ts';
import { uuid } from './uuid.ts';
import type {
  DictValue,
  PickleValue,
  PyBytearray,
  PyCounter,
  PyDefaultDict,
  PyDeque,
  PyDict,
  PyException,
  PyFrozenset,
  PyOrderedDict,
  PySet,
  PyTuple,
  PyValue,
} from './value.ts';
import { dateutilUtc, pytzUtc, pytzZone, timezone, utc, zoneinfo } from './zones.ts';

const tuple = (items: readonly PickleValue[]): PyTuple => ({ [PYTHON]: 'tuple', items });

const set = (items: readonly PickleValue[]): PySet => ({ [PYTHON]: 'set', items });

const frozenset = (items: readonly PickleValue[]): PyFrozenset => ({
  [PYTHON]: 'frozenset',
  items,
});

const bytearray = (bytes: Uint8Array): PyBytearray => ({ [PYTHON]: 'bytearray', bytes });

/** A dict with keys of any hashable type; one with only str keys is a Map. */
const dict = (entries: readonly (readonly [PickleValue, PickleValue])[]): PyDict => ({
  [PYTHON]: 'dict',
  entries,
});

const orderedDict = (items: DictValue): PyOrderedDict => ({
  [PYTHON]: 'ordered_dict',
  dict: items,
});

const defaultDict = (factory: string | null, items: DictValue): PyDefaultDict => ({
  [PYTHON]: 'default_dict',
  factory,
  dict: items,
});

const counter = (counts: DictValue): PyCounter => ({ [PYTHON]: 'counter', dict: counts });

const deque = (items: readonly PickleValue[], maxLength: number | null = null): PyDeque => ({
  [PYTHON]: 'deque',
  items,
  maxLength,
});

/** An exception of `builtins` unless `module` says otherwise, as in `py.exception('ValueError', ['boom'])`. */
const exception = (
  name: string,
  args: readonly PickleValue[] = [],
  { module = 'builtins', state = null }: { module?: string; state?: DictValue | null } = {},
): PyException => ({ [PYTHON]: 'exception', module, name, args: tuple(args), state });

/** Makes the Python values that JavaScript has no type for. */
export const py = {
  bytearray,
  complex,
  counter,
  date,
  datetime,
  dateutilUtc,
  decimal,
  defaultDict,
  deque,
  dict,
  exception,
  float,
  fraction,
  frozenset,
  orderedDict,
  pytzUtc,
  pytzZone,
  range,
  set,
  time,
  timedelta,
  timezone,
  tuple,
  utc,
  uuid,
  zoneinfo,
} as const;

/** Whether a value is one of `py`, as in `isPython(value, 'tuple')`. */
export const isPython = <Kind extends PyValue[typeof PYTHON]>(
  value: unknown,
  kind: Kind,
): value is Extract<PyValue, { readonly [PYTHON]: Kind }> => kindOf(value) === kind;
