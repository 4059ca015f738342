import { fromJs } from '../json/from-js.ts';
import { link, pipe } from '../canvas/pipe.ts';
import { linkError, linksOf } from '../canvas/links.ts';
import {
  bodyOf,
  cloneSignature,
  headerOf,
  kindOfSignature,
  makeChain,
  makeChord,
  makeGroup,
  optionsOf,
  tasksOf,
  type Signature,
} from '../canvas/signature.ts';
import { listOrNull } from '../message/fields.ts';

/** One after another, each given the result of the one before; a group before anything becomes a chord. */
export const chain = (...signatures: readonly Signature[]): Signature => {
  const [first, ...others] = signatures;
  if (first === undefined) return makeChain([]);
  return others.length === 0 ? makeChain([first]) : others.reduce(pipe, first);
};

/** Side by side; their results are a list. */
export const group = (...signatures: readonly Signature[]): Signature => makeGroup(signatures);

/** Side by side, and then `body`, given the list of their results. */
export const chord = (header: readonly Signature[] | Signature, body: Signature): Signature =>
  makeChord(header, body);

/** A copy that calls back when it succeeds: a chain after its last step, a chord after its body. */
export const onSuccess = (signature: Signature, callback: Signature): Signature => {
  const copy = cloneSignature(signature);
  link(copy, callback);
  return copy;
};

/** A copy that calls back when it fails: any step of a chain, any member of a group, the body of a chord. */
export const onError = (signature: Signature, errback: Signature): Signature => {
  const copy = cloneSignature(signature);
  linkError(copy, errback);
  return copy;
};

/** A copy in which every task, callbacks included, carries the stamps, beside those it has. */
export const stamp = (
  signature: Signature,
  stamps: Readonly<Record<string, unknown>>,
): Signature => {
  const copy = cloneSignature(signature);
  const values = Object.entries(stamps).map(([name, value]) => [name, fromJs(value)] as const);
  const stampAll = (one: Signature) => {
    const kind = kindOfSignature(one);
    const options = optionsOf(one);
    if (kind === 'task') {
      const known = listOrNull(options.get('stamped_headers')) ?? [];
      options.set('stamped_headers', [...new Set([...known, ...Object.keys(stamps)])]);
      for (const [name, value] of values) options.set(name, value);
    }
    const parts = kind === 'chord' ? [...headerOf(one), bodyOf(one)] : tasksOf(one);
    const links = ['link', 'link_error'].flatMap((key) => linksOf(options.get(key)));
    for (const part of [...parts, ...links]) if (part !== null) stampAll(part);
  };
  stampAll(copy);
  return copy;
};
