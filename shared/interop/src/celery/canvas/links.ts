import type { PickleValue } from '../../pickle/index.ts';
import { listOrNull } from '../message/fields.ts';
import {
  addToOption,
  bodyOf,
  cloneSignature,
  kindOfSignature,
  optionsOf,
  tasksOf,
  type Signature,
} from './signature.ts';

/** The signatures of an option such as `link`, which may be a list, a single one or missing. */
export const linksOf = (value: PickleValue | undefined): Signature[] =>
  value === undefined || value === null ? [] : ((listOrNull(value) ?? [value]) as Signature[]);

/** A group of one is that one. */
export const unrollSingle = (signature: Signature): Signature => {
  if (kindOfSignature(signature) !== 'group') return signature;
  const [only, ...others] = tasksOf(signature);
  return only !== undefined && others.length === 0 ? unrollSingle(only) : signature;
};

/** Groups cannot have errbacks of their own, chords have their body's. */
export const linkError = (signature: Signature, errback: Signature): void => {
  const kind = kindOfSignature(signature);
  if (kind === 'group') {
    for (const task of tasksOf(signature)) linkError(task, immutableCopy(errback));
  } else if (kind === 'chord') linkErrorOfChord(signature, errback);
  else addToOption(signature, 'link_error', errback);
};

const linkErrorOfChord = (chord: Signature, errback: Signature) => {
  const body = bodyOf(chord);
  if (body !== null) linkError(body, errback);
};

/**
 * The errback of a chord for the group that is its body: each member's, through the bodies of chords. A
 * group with errbacks of its own has them called instead of its members', so that one joins those.
 */
export const linkErrorOfBody = (part: Signature, errback: Signature, runsAsGroup = true): void => {
  const kind = kindOfSignature(part);
  const body = kind === 'chord' ? bodyOf(part) : null;
  if (kind === 'group' && !(runsAsGroup && (optionsOf(part).get('link_error') ?? null) !== null)) {
    for (const task of tasksOf(part)) linkErrorOfBody(task, errback, false);
  } else if (body !== null) linkErrorOfBody(body, errback);
  else addToOption(part, 'link_error', cloneSignature(errback));
};

export const immutableCopy = (signature: Signature): Signature =>
  cloneSignature(signature).set('immutable', true);
