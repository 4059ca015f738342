import { isFactory } from '../../factories.ts';
import { hasKind } from '../../values/python.ts';
import { py } from '../../values/py.ts';
import type { PickleValue } from '../../values/value.ts';
import { addItem, draftDict, draftSet, setItem } from '../drafts.ts';
import type { AllowedGlobal, Raw, SetDraft, Tools } from '../raw.ts';
import { isSmallInt, wrongArguments } from './arguments.ts';

/** The items of a list or tuple. Using them again costs as much as writing them did. */
const itemsOf = (value: Raw | undefined, callee: string, { budget }: Tools) => {
  const items = Array.isArray(value) ? value : tupleItems(value);
  if (items === undefined) throw wrongArguments(callee);
  budget.items(items.length);
  return items;
};

const tupleItems = (value: Raw | undefined): readonly PickleValue[] | undefined =>
  value !== undefined && hasKind(value, 'tuple') ? value.items : undefined;

const fill = (args: readonly Raw[], callee: string, tools: Tools): SetDraft => {
  const draft = draftSet();
  for (const item of itemsOf(args[0], callee, tools)) addItem(draft, item, tools.identity);
  return draft;
};

export const set: AllowedGlobal = { call: (args, tools) => fill(args, 'set', tools) };

export const frozenset: AllowedGlobal = {
  call: (args, tools) => py.frozenset(fill(args, 'frozenset', tools).items),
};

export const orderedDict: AllowedGlobal = {
  call: (args) => {
    if (args.length > 0) throw wrongArguments('collections.OrderedDict');
    return draftDict({ kind: 'ordered_dict' });
  },
};

/** Called with the factory; the entries follow. */
export const defaultDict: AllowedGlobal = {
  call: ([factory = null]) => {
    if (factory === null) return draftDict({ kind: 'default_dict', factory: null });
    if (!hasKind(factory, 'global') || !isFactory(factory)) {
      throw wrongArguments('collections.defaultdict');
    }
    return draftDict({ kind: 'default_dict', factory: factory.name });
  },
};

/** Called with a dict, which it copies. */
export const counter: AllowedGlobal = {
  call: ([counts], { budget, identity }) => {
    if (!hasKind(counts, 'dict draft')) throw wrongArguments('collections.Counter');
    const copy = draftDict({ kind: 'counter' });
    const entries = counts.others?.values() ?? counts.strings;
    for (const [key, value] of entries) {
      budget.items(2);
      setItem(copy, key, value, identity);
    }
    return copy;
  },
};

/** Called with nothing, or with an empty tuple and the most items it holds; the items follow. */
export const deque: AllowedGlobal = {
  call: ([initial = py.tuple([]), maxLength = null], tools) => {
    const items = itemsOf(initial, 'collections.deque', tools);
    if (maxLength === null) return py.deque([...items]);
    if (!isSmallInt(maxLength) || maxLength < items.length) {
      throw wrongArguments('collections.deque');
    }
    return py.deque([...items], maxLength);
  },
};
