import { InvalidOptionError } from '@shared/errors';
import { freeze } from '../canvas/freeze.ts';
import type { FreezeContext } from '../canvas/freeze-options.ts';
import { linkError, linksOf } from '../canvas/links.ts';
import { link, pipe } from '../canvas/pipe.ts';
import type { ResultNode } from '../canvas/result-node.ts';
import {
  addToOption,
  cloneSignature,
  kindOfSignature,
  makeChord,
  makeSignature,
  optionsOf,
  tasksOf,
  type Signature,
} from '../canvas/signature.ts';
import type { TaskMessage } from '../message/task-message.ts';
import { canvasOf, planName, type OutcomeContext } from './context.ts';
import type { Plan } from './effects.ts';

/**
 * Another signature takes the place of a running task: its id, its chord, its callbacks and the rest of its
 * chain. Nothing is stored for the run that gave way.
 *
 * @throws {InvalidOptionError} for an empty chain, and for a member of another chord.
 */
export const planReplace = (
  message: TaskMessage,
  replacement: Signature,
  context: OutcomeContext,
): Plan => {
  const canvas = canvasOf(message, context, 'replace');
  canvas.apply(inPlaceOf(message, replacement, canvas.context));
  return { name: planName(message, 'replace'), effects: canvas.effects };
};

const inPlaceOf = (message: TaskMessage, replacement: Signature, ids: FreezeContext): Signature => {
  check(replacement);
  const signature = asOne(cloneSignature(replacement));
  for (const callback of message.callbacks) link(signature, callback);
  for (const errback of message.errbacks) linkErrorOf(signature, errback);
  pushLinksDown(signature);
  freeze(signature, { id: message.id }, ids);
  const nesting = message.replacedTaskNesting + 1;
  const options = optionsOf(signature);
  options.set('chord', message.chord);
  options.set('group_id', message.group);
  options.set('group_index', message.groupIndex);
  options.set('root_id', message.rootId);
  options.set('replaced_task_nesting', nesting);
  if (kindOfSignature(signature) === 'chain') {
    for (const task of tasksOf(signature)) optionsOf(task).set('replaced_task_nesting', nesting);
  }
  return message.chain.toReversed().reduce((whole, step) => {
    const next = cloneSignature(step);
    if (ids.dialect !== '5.2') optionsOf(next).set('replaced_task_nesting', nesting);
    return pipe(whole, next);
  }, signature);
};

const check = (replacement: Signature) => {
  if (optionsOf(replacement).has('chord')) {
    throw new InvalidOptionError(
      'replacement',
      'a signature that replaces a task must not be part of a chord',
      'Replace with one that is not.',
    );
  }
  if (kindOfSignature(replacement) === 'chain' && tasksOf(replacement).length === 0) {
    throw new InvalidOptionError(
      'replacement',
      'a task cannot be replaced with an empty chain',
      'Give the chain a step.',
    );
  }
};

/** A group has no result of its own: the list of its members' becomes that of the replaced task. */
const asOne = (signature: Signature): Signature =>
  kindOfSignature(signature) === 'group'
    ? makeChord(signature, makeSignature('celery.accumulate', [], new Map([['index', 0]])))
    : signature;

/** A chain keeps its errbacks until it is sent. */
const linkErrorOf = (signature: Signature, errback: Signature) => {
  if (kindOfSignature(signature) === 'chain') addToOption(signature, 'link_error', errback);
  else linkError(signature, errback);
};

/** The callbacks of a chain belong to its last step, also when more steps follow. */
const pushLinksDown = (signature: Signature) => {
  if (kindOfSignature(signature) !== 'chain') return;
  const last = tasksOf(signature).at(-1);
  for (const callback of linksOf(optionsOf(signature).get('link'))) {
    if (last !== undefined) addToOption(last, 'link', callback);
  }
};

/**
 * One more task for the chord that a running one is a member of.
 *
 * @throws {InvalidOptionError} when it is in none.
 */
export const planAddToChord = (
  message: TaskMessage,
  added: Signature,
  context: OutcomeContext,
  /** Names this addition among those of the same run. */
  name: string,
): Plan & { result: ResultNode } => {
  if (message.chord === null || message.group === null) {
    throw new InvalidOptionError(
      'chord',
      'the task is not a member of any chord',
      'Add tasks only from the header of one.',
    );
  }
  const canvas = canvasOf(message, context, `add ${name}`);
  const signature = cloneSignature(added);
  const options = optionsOf(signature);
  options.set('group_id', message.group);
  options.set('group_index', message.groupIndex);
  options.set('chord', message.chord);
  options.set('root_id', message.rootId);
  freeze(signature, {}, canvas.context);
  canvas.effects.push({ kind: 'chord-grow', groupId: message.group });
  const result = canvas.apply(signature);
  return { name: planName(message, `add ${name}`), effects: canvas.effects, result };
};
