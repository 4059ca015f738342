import { InvalidPickleError } from '../errors/invalid-pickle-error.ts';
import { PYTHON } from '../values/python.ts';
import type { PickleValue } from '../values/value.ts';
import type { Identity } from '../identity.ts';
import type { DictClass, DictDraft, Raw, SetDraft } from './raw.ts';

/** A draft put into a container. `seal` replaces every draft before anybody else sees the container. */
export const asValue = (raw: Raw): PickleValue => raw as PickleValue;

export const draftDict = (becomes: DictClass): DictDraft => ({
  [PYTHON]: 'dict draft',
  becomes,
  strings: new Map(),
});

export const draftSet = (): SetDraft => ({ [PYTHON]: 'set draft', items: [], ids: new Set() });

/** Like Python, an equal key keeps its first spelling and takes the new value. */
export const setItem = (draft: DictDraft, key: Raw, value: Raw, identity: Identity): void => {
  if (typeof key === 'string' && draft.others === undefined) {
    draft.strings.set(key, asValue(value));
    return;
  }
  draft.others ??= numbered(draft.strings, identity);
  const id = hashed(key, identity);
  const entry = draft.others.get(id);
  if (entry === undefined) draft.others.set(id, [asValue(key), asValue(value)]);
  else entry[1] = asValue(value);
};

const numbered = (strings: Map<string, PickleValue>, identity: Identity) =>
  new Map(
    Array.from(strings, ([key, value]): [number, [PickleValue, PickleValue]] => [
      hashed(key, identity),
      [key, value],
    ]),
  );

/** Like Python, the first of equal members stays. */
export const addItem = (draft: SetDraft, item: Raw, identity: Identity): void => {
  const id = hashed(item, identity);
  if (draft.ids.has(id)) return;
  draft.ids.add(id);
  draft.items.push(asValue(item));
};

const hashed = (value: Raw, identity: Identity): number => {
  const id = identity.of(value);
  if (id === undefined) throw new InvalidPickleError('a dict key or set member is not hashable');
  return id;
};
