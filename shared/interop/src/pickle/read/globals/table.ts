import { READABLE_EXCEPTIONS } from '../../exceptions.ts';
import { PYTHON } from '../../values/python.ts';
import type { AllowedGlobal, GlobalRef } from '../raw.ts';
import * as bytes from './bytes.ts';
import * as collections from './collections.ts';
import * as numbers from './numbers.ts';
import * as objects from './objects.ts';
import * as times from './times.ts';
import * as zones from './zones.ts';

/**
 * Every class and function that a pickle may name, and what we make of it. Names are looked up whole and
 * never resolved: `datetime` with the name `datetime.now` is not here, so it does not exist.
 */
const TABLE: Readonly<Record<string, Readonly<Record<string, AllowedGlobal>>>> = {
  builtins: {
    bool: objects.named,
    bytearray: bytes.bytearray,
    bytes: bytes.bytes,
    complex: numbers.complex,
    dict: objects.named,
    float: objects.named,
    frozenset: collections.frozenset,
    getattr: zones.getattr,
    int: objects.named,
    list: objects.named,
    object: objects.named,
    range: numbers.range,
    set: collections.set,
    str: objects.named,
    tuple: objects.named,
  },
  _codecs: { encode: bytes.codecsEncode },
  collections: {
    Counter: collections.counter,
    OrderedDict: collections.orderedDict,
    defaultdict: collections.defaultDict,
    deque: collections.deque,
  },
  copyreg: { _reconstructor: objects.reconstructor },
  datetime: {
    date: times.date,
    datetime: times.datetime,
    time: times.time,
    timedelta: times.timedelta,
    timezone: times.timezone,
  },
  'dateutil.tz.tz': { tzutc: zones.dateutilUtc },
  decimal: { Decimal: numbers.decimal },
  fractions: { Fraction: numbers.fraction },
  pytz: { _UTC: zones.pytzUtc, _p: zones.pytzZone },
  uuid: { UUID: numbers.uuid },
  zoneinfo: { ZoneInfo: zones.zoneInfo },
};

/** What protocols 0 to 2 call modules of today (Lib/_compat_pickle.py), and names that are only another's. */
const OLD_MODULES: readonly [old: string, now: string][] = [
  ['__builtin__', 'builtins'],
  ['exceptions', 'builtins'],
  ['copy_reg', 'copyreg'],
];

const OLD_NAMES: readonly [old: string, now: string][] = [
  ['long', 'int'],
  ['unicode', 'str'],
  ['xrange', 'range'],
  ['EnvironmentError', 'OSError'],
  ['IOError', 'OSError'],
];

const build = (): ReadonlyMap<string, GlobalRef> => {
  const refs = new Map<string, GlobalRef>();
  const add = (module: string, name: string, allowed: AllowedGlobal) =>
    refs.set(`${module} ${name}`, { [PYTHON]: 'global', module, name, allowed });
  const alias = (old: string, now: string) => {
    const ref = refs.get(now);
    if (ref !== undefined) refs.set(old, ref);
  };

  for (const [module, names] of Object.entries(TABLE)) {
    for (const [name, allowed] of Object.entries(names)) add(module, name, allowed);
  }
  for (const [module, names] of Object.entries(READABLE_EXCEPTIONS)) {
    for (const name of names) add(module, name, objects.exception(module, name));
  }
  for (const [old, now] of OLD_NAMES) alias(`builtins ${old}`, `builtins ${now}`);
  for (const [old, now] of OLD_MODULES) {
    const names = Array.from(refs.keys(), (key) => key.split(' '));
    for (const [module, name] of names) {
      if (module === now) alias(`${old} ${name}`, `${now} ${name}`);
    }
  }
  return refs;
};

const REFS = build();

/** The entry of the list, or undefined. A name with a space in it cannot pass for another: see `build`. */
export const allowedGlobal = (module: string, name: string): GlobalRef | undefined =>
  module.includes(' ') ? undefined : REFS.get(`${module} ${name}`);
