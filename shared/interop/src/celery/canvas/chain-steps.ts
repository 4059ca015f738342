import type { PickleValue } from '../../pickle/index.ts';
import type { FreezeOptions } from './freeze-options.ts';
import { linkError, linksOf, unrollSingle } from './links.ts';
import { rootResult, type ResultNode } from './result-node.ts';
import {
  argsOf,
  cloneSignature,
  kindOfSignature,
  makeChord,
  optionsOf,
  partialSignature,
  tasksOf,
  type Signature,
} from './signature.ts';

export type ChainSteps = {
  tasks: readonly Signature[];
  /** False when the steps themselves are to get their ids. */
  clone: boolean;
  args?: readonly PickleValue[];
  kwargs?: ReadonlyMap<string, PickleValue>;
  rootId?: string | undefined;
  linkError?: PickleValue | undefined;
  /** The id of the last step, which stands for the chain. */
  lastTaskId?: string | undefined;
  groupId?: string | undefined;
  groupIndex?: number | undefined;
  /** The chord that the last step counts in. */
  chord?: Signature | null | undefined;
};

/** Gives a step its ids. */
type Freeze = (task: Signature, options: FreezeOptions) => ResultNode;

/**
 * The steps of a chain in reverse order, as messages carry them, each with its id: chains inside are
 * spliced in, and a group with a step after it becomes a chord.
 */
export const prepareSteps = (
  given: ChainSteps,
  freeze: Freeze,
): { tasks: Signature[]; results: ResultNode[] } => {
  const { rootId, groupId, groupIndex, chord, clone } = given;
  const steps = [...given.tasks];
  const tasks: Signature[] = [];
  const results: ResultNode[] = [];
  let next: { task: Signature; result: ResultNode } | undefined;
  let isLast = true;

  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    let task = prepareStep(step, steps.length === 0, given, clone);
    if (kindOfSignature(task) === 'chain') {
      steps.push(...tasksOf(task));
      continue;
    }
    if (kindOfSignature(task) === 'group' && next !== undefined) {
      tasks.pop();
      results.pop();
      task = upgradeToChord(task, next, rootId);
      const [before, beforeResult] = [tasks.at(-1), results.at(-1)];
      next =
        before === undefined || beforeResult === undefined
          ? undefined
          : { task: before, result: beforeResult };
    }
    const result = freeze(
      task,
      isLast ? { id: given.lastTaskId, rootId, groupId, chord, groupIndex } : { rootId },
    );
    isLast = false;
    if (next !== undefined) next.result.parent ??= result;
    for (const errback of linksOf(given.linkError)) linkError(task, errback);
    tasks.push(task);
    results.push(result);
    // A chord's body has its header before it, and that is what follows the step before.
    next = { task, result: kindOfSignature(task) === 'chord' ? rootResult(result) : result };
  }
  return { tasks, results };
};

const prepareStep = (
  step: Signature,
  isFirst: boolean,
  { args = [], kwargs = new Map() }: ChainSteps,
  clone: boolean,
): Signature => {
  const task = unrollSingle(step);
  if (clone) return isFirst ? partialSignature(task, { args, kwargs }) : cloneSignature(task);
  if (isFirst && args.length > 0) task.set('args', [...args, ...argsOf(task)]);
  return task;
};

const upgradeToChord = (
  group: Signature,
  body: { task: Signature; result: ResultNode },
  rootId: string | undefined,
): Signature => {
  const chord = makeChord(group, body.task);
  const options = optionsOf(chord);
  if (body.result.results === null) options.set('task_id', body.result.id);
  options.set('root_id', rootId ?? null);
  return chord;
};
