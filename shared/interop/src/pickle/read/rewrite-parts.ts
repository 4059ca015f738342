import { hasKind } from '../values/python.ts';
import type { PickleValue } from '../values/value.ts';
import { asValue } from './drafts.ts';
import type { Raw } from './raw.ts';

/** Puts `rewrite(part)` in the place of each part of a container; anything else has no parts. */
export const rewriteParts = (object: Raw, rewrite: (part: Raw) => Raw): void => {
  if (Array.isArray(object)) rewriteItems(object, rewrite);
  else if (hasKind(object, 'dict draft')) {
    if (object.others === undefined) rewriteValues(object.strings, rewrite);
    else for (const entry of object.others.values()) rewriteItems(entry, rewrite);
  } else if (hasKind(object, 'exception')) rewriteFields(object, ['args', 'state'], rewrite);
  else if (hasKind(object, 'opaque')) {
    rewriteFields(object, ['args', 'kwargs', 'state'], rewrite);
    rewriteItems(object.items ?? [], rewrite);
    for (const entry of object.entries ?? []) rewriteItems(entry, rewrite);
  } else if (hasItems(object)) rewriteItems(object.items, rewrite);
};

const hasItems = (object: Raw) =>
  hasKind(object, 'tuple') ||
  hasKind(object, 'set draft') ||
  hasKind(object, 'frozenset') ||
  hasKind(object, 'deque');

/** Readonly for everybody else: until it is sealed, a container is ours. */
const rewriteItems = (items: readonly PickleValue[], rewrite: (part: Raw) => Raw) => {
  const open = items as PickleValue[];
  for (const [index, item] of items.entries()) {
    const rewritten = rewrite(item);
    if (rewritten !== item) open[index] = asValue(rewritten);
  }
};

const rewriteValues = (values: Map<string, PickleValue>, rewrite: (part: Raw) => Raw) => {
  for (const [key, value] of values) {
    const rewritten = rewrite(value);
    if (rewritten !== value) values.set(key, asValue(rewritten));
  }
};

const rewriteFields = <Field extends string>(
  object: { readonly [field in Field]?: PickleValue },
  fields: readonly Field[],
  rewrite: (part: Raw) => Raw,
) => {
  for (const field of fields) {
    const part = object[field];
    if (part !== undefined) (object as Record<Field, unknown>)[field] = rewrite(part);
  }
};
