import { isFactory } from '../factories.ts';
import { OP } from '../opcodes.ts';
import type { DictValue } from '../values/value.ts';
import type { Output } from './output.ts';
import { called, check, global, type Plan, type PlansOf } from './plan.ts';
import { dict, filledDict, filledList, frozenset, set, tuple } from './plan-containers.ts';
import { writeGlobal, writeInt } from './scalars.ts';

const COUNTER = global('collections', 'Counter');
const DEFAULT_DICT = global('collections', 'defaultdict');
const DEQUE = global('collections', 'deque');
const ORDERED_DICT = global('collections', 'OrderedDict');

/** How Python's containers are written. */
export const collectionPlans: PlansOf<
  'counter' | 'default_dict' | 'deque' | 'dict' | 'frozenset' | 'ordered_dict' | 'set' | 'tuple'
> = {
  counter: (value) => called(COUNTER, [value.dict]),
  default_dict: (value, tools) => {
    check(factoryProblem(value.factory), tools);
    return filledDict(emptyDefaultDict(value.factory), entriesOf(value.dict), tools);
  },
  deque: ({ items, maxLength }, tools) => {
    check(lengthProblem(items.length, maxLength), tools);
    return filledList(emptyDeque(maxLength), items);
  },
  dict: (value, tools) => dict(entriesOf(value), tools),
  frozenset: ({ items }, tools) => frozenset(items, tools),
  ordered_dict: (value, tools) => filledDict(emptyOrderedDict, entriesOf(value.dict), tools),
  set: ({ items }, tools) => set(items, tools),
  tuple: ({ items }) => tuple(items),
};

/** Keys and values in turn. */
const entriesOf = (value: DictValue): unknown[] =>
  value instanceof Map ? [...value].flat(1) : value.entries.flat(1);

const factoryProblem = (factory: string | null) =>
  factory === null || isFactory({ module: 'builtins', name: factory })
    ? undefined
    : 'its factory is not the name of a builtin class';

const lengthProblem = (length: number, maxLength: number | null) =>
  maxLength === null || (Number.isSafeInteger(maxLength) && maxLength >= length)
    ? undefined
    : 'it holds more than its maxLength';

const emptyOrderedDict = (out: Output) => {
  ORDERED_DICT(out);
  out.bytes(OP.EMPTY_TUPLE, OP.REDUCE);
};

const emptyDefaultDict =
  (factory: string | null): Plan['open'] =>
  (out) => {
    DEFAULT_DICT(out);
    if (factory === null) out.bytes(OP.NONE);
    else writeGlobal(out, 'builtins', factory);
    out.bytes(OP.TUPLE1, OP.REDUCE);
  };

const emptyDeque =
  (maxLength: number | null): Plan['open'] =>
  (out) => {
    DEQUE(out);
    out.bytes(OP.EMPTY_TUPLE);
    if (maxLength !== null) {
      writeInt(out, maxLength);
      out.bytes(OP.TUPLE2);
    }
    out.bytes(OP.REDUCE);
  };
