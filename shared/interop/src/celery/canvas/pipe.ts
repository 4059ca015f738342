import { immutableCopy, linkError, linksOf, unrollSingle } from './links.ts';
import {
  addToOption,
  bodyOf,
  cloneSignature,
  kindOfSignature,
  kwargsOf,
  makeChain,
  makeChord,
  optionsOf,
  tasksOf,
  type Signature,
} from './signature.ts';

/** `left | right` of Celery: one after the other, a group before anything becoming a chord. */
export const pipe = (left: Signature, right: Signature): Signature => {
  const kind = kindOfSignature(left);
  if (kind === 'group') return makeChord(left, right);
  if (kind === 'chord') return pipeChord(left, right);
  if (kind === 'chain') return pipeChain(left, right);
  return makeChain([left, ...unchained(right)]);
};

/** The steps of a chain, or the one step that anything else is. */
const unchained = (signature: Signature): Signature[] =>
  kindOfSignature(signature) === 'chain' ? unchain(signature) : [unrollSingle(signature)];

const pipeChord = (chord: Signature, right: Signature): Signature => {
  const next = unrollSingle(right);
  const kind = kindOfSignature(next);
  return kind === 'group' || kind === 'chain'
    ? makeChain([chord, ...unchained(next)])
    : withBody(chord, next);
};

/** A chord whose body goes on with another step. */
const withBody = (chord: Signature, next: Signature): Signature => {
  const copy = cloneSignature(chord);
  const body = bodyOf(copy);
  kwargsOf(copy).set('body', body === null ? next : pipe(body, next));
  return copy;
};

const pipeChain = (chain: Signature, right: Signature): Signature => {
  const next = unrollSingle(right);
  if (kindOfSignature(next) === 'chain') return unchain(next).reduce(pipe, chain);
  const tasks = unchain(chain);
  const last = tasks.at(-1);
  if (last === undefined) return next;
  const kind = kindOfSignature(last);
  const isGroup = kindOfSignature(next) === 'group';
  if (kind === 'group' && !isGroup) return upgradeLast(tasks, last, next);
  if (kind === 'chord' && kindOfSignature(next) !== 'chord') {
    return makeChain([...tasks.slice(0, -1), withBody(last, next)]);
  }
  return makeChain([...tasks, next]);
};

/** A group with something after it is a chord; after another chord it goes on in that one's body. */
const upgradeLast = (tasks: readonly Signature[], group: Signature, next: Signature): Signature => {
  const chord = makeChord(group, next);
  const before = tasks.at(-2);
  if (before === undefined || kindOfSignature(before) !== 'chord') {
    return makeChain([...tasks.slice(0, -1), chord]);
  }
  return makeChain([...tasks.slice(0, -2), withBody(before, chord)]);
};

/** Copies of the steps; the chain's own callbacks go to the last, its errbacks to each. */
const unchain = (chain: Signature): Signature[] => {
  const tasks = tasksOf(chain).map(cloneSignature);
  const options = optionsOf(chain);
  const last = tasks.at(-1);
  for (const callback of linksOf(options.get('link'))) {
    if (last !== undefined) link(last, callback);
  }
  for (const errback of linksOf(options.get('link_error'))) {
    for (const task of tasks) linkError(task, errback);
  }
  return tasks;
};

/** Adds a callback, to the body if it is a chord; a group has its first member call back, with nothing. */
export const link = (signature: Signature, callback: Signature): void => {
  const kind = kindOfSignature(signature);
  const [first] = tasksOf(signature);
  const body = kind === 'chord' ? bodyOf(signature) : null;
  if (body !== null) link(body, callback);
  else if (kind === 'group' && first !== undefined) link(first, immutableCopy(callback));
  else addToOption(signature, 'link', callback);
};
