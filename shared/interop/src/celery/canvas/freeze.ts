import type { PickleValue } from '../../pickle/index.ts';
import { prepareSteps } from './chain-steps.ts';
import type { FreezeContext, FreezeOptions } from './freeze-options.ts';
import { groupResult, rootResult, taskResult, type ResultNode } from './result-node.ts';
import {
  bodyOf,
  headerOf,
  cloneSignature,
  kindOfSignature,
  kwargsOf,
  makeGroup,
  optionsOf,
  tasksOf,
  type Signature,
} from './signature.ts';

/** Gives a signature and all in it their ids, in place; those that have one keep it. */
export const freeze = (
  signature: Signature,
  options: FreezeOptions,
  context: FreezeContext,
): ResultNode => {
  const kind = kindOfSignature(signature);
  if (kind === 'group') {
    const { groupId, results } = freezeGroup(signature, options, context);
    return groupResult(groupId, results);
  }
  if (kind === 'chord') return freezeChord(signature, options, context);
  return kind === 'chain'
    ? freezeChain(signature, options, context)
    : freezeTask(signature, options, context);
};

const setIf = (options: Map<string, PickleValue>, key: string, value: PickleValue | undefined) => {
  if (value !== undefined && value !== null && value !== '') options.set(key, value);
};

const freezeTask = (signature: Signature, given: FreezeOptions, context: FreezeContext) => {
  const options = optionsOf(signature);
  const own = options.get('task_id');
  const id = typeof own === 'string' ? own : (given.id ?? context.newId());
  options.set('task_id', id);
  setIf(options, 'root_id', given.rootId);
  setIf(options, 'parent_id', given.parentId);
  if (!options.has('reply_to')) options.set('reply_to', context.replyTo);
  if (!options.has('group_id')) setIf(options, 'group_id', given.groupId);
  setIf(options, 'chord', given.chord);
  if (given.groupIndex !== undefined) options.set('group_index', given.groupIndex);
  return taskResult(id);
};

const freezeChain = (signature: Signature, given: FreezeOptions, context: FreezeContext) => {
  const { results } = prepareSteps(
    { tasks: tasksOf(signature), clone: false, ...given, lastTaskId: given.id },
    (task, options) => freeze(task, options, context),
  );
  if (context.dialect !== '5.2') optionsOf(signature).set('task_id', given.id ?? null);
  // An empty chain is never sent; its result is one that nobody stores.
  return results[0] ?? taskResult(given.id ?? context.newId());
};

/** The ids of a group and of its members, nested groups unrolled among them. */
export const freezeGroup = (
  group: Signature,
  given: FreezeOptions,
  context: FreezeContext,
): { groupId: string; results: ResultNode[] } => {
  const options = optionsOf(group);
  const own = options.get('task_id');
  const groupId = typeof own === 'string' ? own : (given.groupId ?? context.newId());
  options.set('task_id', groupId);
  setIf(options, 'group_id', given.groupId);
  setIf(options, 'chord', given.chord);
  if (given.groupIndex !== undefined) options.set('group_index', given.groupIndex);
  const rootId = inherited(options, 'root_id', given.rootId);
  const parentId = inherited(options, 'parent_id', given.parentId);
  const members = unroll(tasksOf(group)).map(cloneSignature);
  kwargsOf(group).set('tasks', members);
  const results = members.map((member, groupIndex) =>
    freeze(
      member,
      { groupId: given.groupId, chord: given.chord, rootId, parentId, groupIndex },
      context,
    ),
  );
  return { groupId, results };
};

/** An option set for good: null when nobody gave it. */
const inherited = (options: Map<string, PickleValue>, key: string, given: string | undefined) => {
  if (!options.has(key)) options.set(key, given ?? null);
  const value = options.get(key);
  return typeof value === 'string' ? value : undefined;
};

/** In Celery's order, which is the reverse for the members of a nested group. */
const unroll = (tasks: readonly Signature[]): Signature[] => {
  const stack = [...tasks].reverse();
  const flat: Signature[] = [];
  for (let task = stack.pop(); task !== undefined; task = stack.pop()) {
    if (kindOfSignature(task) === 'group') stack.push(...tasksOf(task));
    else flat.push(task);
  }
  return flat;
};

const freezeChord = (chord: Signature, given: FreezeOptions, context: FreezeContext) => {
  const body = bodyOf(chord);
  const header = headerGroup(chord);
  const { rootId, parentId } = given;
  const { groupId, results } = freezeGroup(header, { parentId, rootId, chord: body }, context);
  optionsOf(chord).set('task_id', groupId);
  const headerResult = groupResult(groupId, results);
  if (body === null) return headerResult;
  const result = freeze(
    body,
    {
      id: given.id,
      rootId,
      chord: given.chord,
      groupId: given.groupId,
      groupIndex: given.groupIndex,
    },
    context,
  );
  rootResult(result).parent = headerResult;
  return result;
};

/** The header of a chord as a group, kept in the chord as one from now on. */
export const headerGroup = (chord: Signature): Signature => {
  const header = kwargsOf(chord).get('header');
  if (header instanceof Map && kindOfSignature(header) === 'group') return header;
  const group = makeGroup(headerOf(chord));
  kwargsOf(chord).set('header', group);
  return group;
};
