import { ForbiddenGlobalError } from '../errors/forbidden-global-error.ts';
import { InvalidPickleError } from '../errors/invalid-pickle-error.ts';
import { PickleLimitError } from '../errors/pickle-limit-error.ts';
import { hasKind, PYTHON } from '../values/python.ts';
import { py } from '../values/py.ts';
import type { PickleValue } from '../values/value.ts';
import type { DictDraft, GlobalRef, Raw } from './raw.ts';
import { rewriteParts } from './rewrite-parts.ts';

/**
 * Turns what the machine built into a value: drafts become dicts and sets, and nothing is left of the
 * classes it named. Walks without recursion over each object once, however often it is shared; a value
 * that contains itself still does afterwards.
 *
 * @throws {PickleLimitError} when containers are nested deeper than `maxDepth`.
 * @throws {ForbiddenGlobalError} when a class or function is itself part of the value.
 */
export const seal = (
  root: Raw,
  { maxDepth, keepsUnknown }: { maxDepth: number; keepsUnknown: boolean },
): PickleValue => {
  const sealed = new Map<unknown, PickleValue>();
  /** How many levels each object holds, itself included; 0 while its parts are being sealed. */
  const heights = new Map<unknown, number>();
  const pending: Raw[] = [root];

  const enter = (object: object & Raw) => {
    heights.set(object, 0);
    const replacement = replace(object, keepsUnknown);
    if (replacement !== object) sealed.set(object, replacement);
    rewriteParts(object, (part) => {
      if (isObject(part) && !heights.has(part)) pending.push(part);
      return part;
    });
  };
  const leave = (object: object & Raw) => {
    let height = 0;
    rewriteParts(object, (part) => {
      if (!isObject(part)) return part;
      height = Math.max(height, heights.get(part) ?? 0);
      return sealed.get(part) ?? part;
    });
    if (height >= maxDepth) throw new PickleLimitError('maxDepth', maxDepth);
    heights.set(object, height + 1);
  };

  while (pending.length > 0) {
    const object = pending.at(-1);
    if (isObject(object) && !heights.has(object)) enter(object);
    else {
      pending.pop();
      if (isObject(object) && heights.get(object) === 0) leave(object);
    }
  }
  return sealed.get(root) ?? (root as PickleValue); // Every draft is in `sealed`.
};

const isObject = (value: unknown): value is object & Raw =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array);

const replace = (object: object & Raw, keepsUnknown: boolean): PickleValue => {
  if (hasKind(object, 'dict draft')) return dictOf(object);
  if (hasKind(object, 'set draft')) return py.set(object.items);
  if (hasKind(object, 'global')) return classItself(object, keepsUnknown);
  if (hasKind(object, 'uuid') && object.text === '') {
    throw new InvalidPickleError('a UUID is never given its number');
  }
  return object;
};

const dictOf = ({ becomes, strings, others }: DictDraft): PickleValue => {
  const dict = others === undefined ? strings : py.dict([...others.values()]);
  if (becomes.kind === 'dict') return dict;
  if (becomes.kind === 'default_dict') return py.defaultDict(becomes.factory, dict);
  return becomes.kind === 'counter' ? py.counter(dict) : py.orderedDict(dict);
};

const classItself = ({ module, name }: GlobalRef, keepsUnknown: boolean): PickleValue => {
  if (keepsUnknown) return { [PYTHON]: 'opaque', module, name };
  throw new ForbiddenGlobalError(module, name, 'which is a class or function and no value');
};
