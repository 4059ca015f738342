import { OP } from '../opcodes.ts';
import {
  leaf,
  MARK,
  nothing,
  ops,
  SHORT_TUPLES,
  inTurn,
  type Plan,
  type PlanTools,
} from './plan.ts';

const byIndex = (_: readonly unknown[], index: number) => `[${index}]`;

/** Of a key and its value, in turn. */
const byKey = (parts: readonly unknown[], index: number) => {
  const key = parts[index - (index % 2)];
  return typeof key === 'string' ? `.${key}` : `[${typeof key}]`;
};

const EMPTY_LIST = ops(OP.EMPTY_LIST);
const OPEN_LIST = ops(OP.EMPTY_LIST, OP.MARK);
const APPEND = ops(OP.APPEND);
const APPENDS = ops(OP.APPENDS);

export const list = (items: readonly unknown[]): Plan =>
  items.length < 2
    ? {
        open: EMPTY_LIST,
        parts: items,
        close: items.length === 0 ? nothing : APPEND,
        label: byIndex,
      }
    : { open: OPEN_LIST, parts: items, close: APPENDS, label: byIndex };

const TUPLES = SHORT_TUPLES.map((opcode) => ops(opcode));
const TUPLE = ops(OP.TUPLE);

export const tuple = (items: readonly unknown[]): Plan => {
  const short = TUPLES[items.length];
  return { open: short ? nothing : MARK, parts: items, close: short ?? TUPLE, label: byIndex };
};

const OPEN_SET = ops(OP.EMPTY_SET, OP.MARK);
const ADDITEMS = ops(OP.ADDITEMS);
const FROZENSET = ops(OP.FROZENSET);

/** @throws {UnencodableValueError} for members that Python cannot hash, or takes for one. */
export const set = (items: readonly unknown[], tools: PlanTools): Plan => {
  checkKeys(items, tools);
  if (items.length === 0) return leaf(ops(OP.EMPTY_SET));
  return { open: OPEN_SET, parts: items, close: ADDITEMS, label: byIndex };
};

/** @throws {UnencodableValueError} as for `set`. */
export const frozenset = (items: readonly unknown[], tools: PlanTools): Plan => {
  checkKeys(items, tools);
  return { open: MARK, parts: items, close: FROZENSET, label: byIndex };
};

const EMPTY_DICT = ops(OP.EMPTY_DICT);
const OPEN_DICT = ops(OP.EMPTY_DICT, OP.MARK);
const SETITEM = ops(OP.SETITEM);
const SETITEMS = ops(OP.SETITEMS);

/**
 * A dict; `parts` are its keys and values in turn.
 *
 * @throws {UnencodableValueError} for keys that Python cannot hash, or takes for one.
 */
export const dict = (parts: readonly unknown[], tools: PlanTools): Plan => {
  checkKeys(keysOf(parts), tools);
  if (parts.length === 0) return leaf(EMPTY_DICT);
  return parts.length === 2
    ? { open: EMPTY_DICT, parts, close: SETITEM, label: byKey }
    : { open: OPEN_DICT, parts, close: SETITEMS, label: byKey };
};

/** What `open` puts on the stack, a kind of dict, with its items set; `parts` and errors as for `dict`. */
export const filledDict = (
  open: Plan['open'],
  parts: readonly unknown[],
  tools: PlanTools,
): Plan => {
  checkKeys(keysOf(parts), tools);
  return { open: inTurn(open, MARK), parts, close: SETITEMS, label: byKey };
};

/** What `open` puts on the stack, a kind of list, with its items appended. */
export const filledList = (open: Plan['open'], items: readonly unknown[]): Plan => ({
  open: inTurn(open, MARK),
  parts: items,
  close: APPENDS,
  label: byIndex,
});

const keysOf = (parts: readonly unknown[]) => parts.filter((_, index) => index % 2 === 0);

const checkKeys = (keys: readonly unknown[], { identity, refusal }: PlanTools) => {
  const isText = keys.every((key) => typeof key === 'string');
  const ids: readonly unknown[] = isText ? keys : keys.map((key) => identity.of(key));
  if (ids.includes(undefined)) {
    throw refusal('Python cannot use one of its keys or members as one');
  }
  // The numbers are given out one after the other, so nobody can choose them to collide.
  if (new Set(ids).size < keys.length) {
    throw refusal('Python takes two of its keys or members for one');
  }
};
