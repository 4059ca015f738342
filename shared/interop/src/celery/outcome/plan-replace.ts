import { PythonError } from '../../tasks/python-error.ts';
import { freeze } from '../canvas/freeze.ts';
import type { FreezeContext } from '../canvas/freeze-options.ts';
import { linkError, linksOf } from '../canvas/links.ts';
import { link, pipe } from '../canvas/pipe.ts';
import type { ResultNode } from '../canvas/result-node.ts';
import {
  cloneSignature,
  extendOption,
  kindOfSignature,
  kwargsOf,
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
 * @throws {PythonError} as {@link checkReplacement}.
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
  checkReplacement(replacement);
  const signature = asOne(cloneSignature(replacement));
  for (const callback of message.callbacks) link(signature, callback);
  for (const errback of message.errbacks) linkError(signature, errback);
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

/** @throws {PythonError} ImproperlyConfigured for an empty chain, and for a member of another chord. */
export const checkReplacement = (replacement: Signature): void => {
  if (optionsOf(replacement).has('chord')) {
    throw improper('A signature replacing a task must not be part of a chord');
  }
  if (kindOfSignature(replacement) === 'chain' && tasksOf(replacement).length === 0) {
    throw improper('Cannot replace with an empty chain');
  }
};

const improper = (words: string) =>
  new PythonError('ImproperlyConfigured', [words], { module: 'celery.exceptions' });

/** A group has no result of its own: the list of its members' becomes that of the replaced task. */
const asOne = (signature: Signature): Signature => {
  const kind = kindOfSignature(signature);
  if (kind === 'group') {
    return makeChord(signature, makeSignature('celery.accumulate', [], new Map([['index', 0]])));
  }
  const last = kind === 'chain' ? tasksOf(signature).at(-1) : undefined;
  if (last === undefined || kindOfSignature(last) !== 'group') return signature;
  kwargsOf(signature).set('tasks', [...tasksOf(signature).slice(0, -1), asOne(last)]);
  return signature;
};

/** The callbacks of a chain belong to its last step, also when more steps follow. */
const pushLinksDown = (signature: Signature) => {
  if (kindOfSignature(signature) !== 'chain') return;
  const last = tasksOf(signature).at(-1);
  const options = optionsOf(signature);
  if (last !== undefined) extendOption(last, 'link', linksOf(options.get('link')));
  // Left on the chain they would be linked once more when it is sent.
  options.delete('link');
};

/**
 * One more task for the chord that a running one is a member of.
 *
 * @throws {PythonError} ValueError when it is in none.
 */
export const planAddToChord = (
  message: TaskMessage,
  added: Signature,
  context: OutcomeContext,
  /** Names this addition among those of the same run. */
  name: string,
): Plan & { result: ResultNode } => {
  if (message.chord === null || message.group === null) {
    throw new PythonError('ValueError', ['Current task is not member of any chord']);
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
