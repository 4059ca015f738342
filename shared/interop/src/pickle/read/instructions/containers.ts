import { InvalidPickleError } from '../../errors/invalid-pickle-error.ts';
import { OP } from '../../opcodes.ts';
import { hasKind } from '../../values/python.ts';
import { py } from '../../values/py.ts';
import type { PickleValue, PyDeque, PyOpaque } from '../../values/value.ts';
import { addItem, asValue, draftDict, draftSet, setItem } from '../drafts.ts';
import type { InstructionSet, Machine } from '../machine.ts';
import type { Raw } from '../raw.ts';

/** Everything above the mark, as the contents of a container. */
const contents = ({ stack, budget }: Machine): Raw[] => {
  const items = stack.popToMark();
  budget.items(items.length);
  return items;
};

const tupleOf =
  (count: number) =>
  ({ stack, budget }: Machine) => {
    budget.items(count);
    const items = [asValue(stack.pop())];
    while (items.length < count) items.push(asValue(stack.pop()));
    stack.push(py.tuple(items.reverse()));
  };

const append = (machine: Machine, items: readonly Raw[]) => {
  const target = machine.stack.top();
  if (Array.isArray(target)) {
    for (const item of items) target.push(asValue(item));
  } else if (hasKind(target, 'deque')) appendToDeque(target, items);
  else if (hasKind(target, 'opaque')) addToOpaque(target, items);
  else throw new InvalidPickleError('it appends to what is no list');
};

const appendToDeque = ({ items, maxLength }: PyDeque, added: readonly Raw[]) => {
  if (maxLength !== null && items.length + added.length > maxLength) {
    throw new InvalidPickleError('a deque holds more than it may');
  }
  for (const item of added) (items as PickleValue[]).push(asValue(item)); // Ours until it is sealed.
};

/** A subclass of list, set or deque; it is ours until it is sealed. */
const addToOpaque = (target: PyOpaque, added: readonly Raw[]) => {
  const open: { items?: readonly PickleValue[] } = target;
  const items = (open.items ??= []) as PickleValue[];
  for (const item of added) items.push(asValue(item));
};

const setItems = (machine: Machine, pairs: readonly Raw[]) => {
  const target = machine.stack.top();
  if (pairs.length % 2 === 1) throw new InvalidPickleError('a dict has a key without a value');
  if (hasKind(target, 'dict draft')) {
    for (let at = 0; at < pairs.length; at += 2) {
      setItem(target, pairs[at] as Raw, pairs[at + 1] as Raw, machine.identity); // `at` is in range.
    }
  } else if (hasKind(target, 'opaque')) setOpaqueItems(target, pairs);
  else throw new InvalidPickleError('it sets items of what is no dict');
};

/** A subclass of dict. */
const setOpaqueItems = (target: PyOpaque, pairs: readonly Raw[]) => {
  const open: { entries?: PyOpaque['entries'] } = target;
  const entries = (open.entries ??= []) as [PickleValue, PickleValue][];
  for (let at = 0; at < pairs.length; at += 2) {
    entries.push([asValue(pairs[at] as Raw), asValue(pairs[at + 1] as Raw)]);
  }
};

const addItems = (machine: Machine) => {
  const items = contents(machine);
  const target = machine.stack.top();
  if (hasKind(target, 'set draft')) {
    for (const item of items) addItem(target, item, machine.identity);
  } else if (hasKind(target, 'opaque')) addToOpaque(target, items);
  else throw new InvalidPickleError('it adds to what is no set');
};

const frozenset = (machine: Machine) => {
  const draft = draftSet();
  for (const item of contents(machine)) addItem(draft, item, machine.identity);
  machine.stack.push(py.frozenset(draft.items));
};

const dictFromMark = (machine: Machine) => {
  const pairs = contents(machine);
  machine.stack.push(draftDict({ kind: 'dict' }));
  setItems(machine, pairs);
};

const setItemInstruction = (machine: Machine) => {
  const { stack, budget } = machine;
  budget.items(2);
  const value = stack.pop();
  const key = stack.pop();
  setItems(machine, [key, value]);
};

const appendInstruction = (machine: Machine) => {
  machine.budget.items(1);
  append(machine, [machine.stack.pop()]);
};

/** Lists, tuples, dicts and sets. */
export const containers: InstructionSet = [
  [OP.EMPTY_LIST, ({ stack }) => stack.push([])],
  [OP.LIST, (machine) => machine.stack.push(contents(machine).map(asValue))],
  [OP.APPEND, appendInstruction],
  [OP.APPENDS, (machine) => append(machine, contents(machine))],
  [OP.EMPTY_TUPLE, ({ stack }) => stack.push(py.tuple([]))],
  [OP.TUPLE, (machine) => machine.stack.push(py.tuple(contents(machine).map(asValue)))],
  [OP.TUPLE1, tupleOf(1)],
  [OP.TUPLE2, tupleOf(2)],
  [OP.TUPLE3, tupleOf(3)],
  [OP.EMPTY_DICT, ({ stack }) => stack.push(draftDict({ kind: 'dict' }))],
  [OP.DICT, dictFromMark],
  [OP.SETITEM, setItemInstruction],
  [OP.SETITEMS, (machine) => setItems(machine, contents(machine))],
  [OP.EMPTY_SET, ({ stack }) => stack.push(draftSet())],
  [OP.ADDITEMS, addItems],
  [OP.FROZENSET, frozenset],
];
