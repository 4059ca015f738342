import type { PickleValue } from '../../pickle/index.ts';
import { InvalidMessageError } from '../errors/invalid-message-error.ts';
import { composeTask, type ComposeContext, type Dialect } from '../message/compose-task.ts';
import { listOrNull, optionalNumber, optionalText } from '../message/fields.ts';
import { chordSize } from './chord-size.ts';
import { prepareSteps } from './chain-steps.ts';
import { chunkGroup, isChunks, isMap } from './chunks.ts';
import type { CanvasEffect } from './effects.ts';
import { freeze, freezeGroup, headerGroup } from './freeze.ts';
import { linkErrorOfBody, linksOf } from './links.ts';
import { link } from './pipe.ts';
import { groupResult, taskResult, type ResultNode } from './result-node.ts';
import {
  addToOption,
  argsOf,
  bodyOf,
  cloneSignature,
  extendOption,
  isImmutable,
  kindOfSignature,
  kwargsOf,
  mergeOptions,
  mergeSignature,
  optionsOf,
  partialSignature,
  tasksOf,
  taskOf,
  type Options,
  type Partial,
  type Signature,
} from './signature.ts';

/** Sends signatures the way Celery does, into a list of effects. */
export type Canvas = {
  /** As `signature.apply_async(args, kwargs, **options)`. */
  apply: (signature: Signature, partial?: Partial) => ResultNode;
  /** In the order in which Celery has them. */
  effects: CanvasEffect[];
  /** What was sent, as the `children` of the task that sent it. */
  children: ResultNode[];
  context: ComposeContext;
};

type Call = {
  args: readonly PickleValue[];
  kwargs: ReadonlyMap<string, PickleValue>;
  options: Options;
};

export const createCanvas = (context: ComposeContext): Canvas => {
  const effects: CanvasEffect[] = [];
  const children: ResultNode[] = [];

  const apply = (signature: Signature, partial: Partial = {}, addToParent = true): ResultNode => {
    const call: Call = {
      args: partial.args ?? [],
      kwargs: partial.kwargs ?? new Map<string, PickleValue>(),
      options: new Map(partial.options ?? []),
    };
    if (isChunks(signature)) return applyGroup(chunkGroup(signature), call);
    const kind = kindOfSignature(signature);
    if (kind === 'chain') return applyChain(signature, call);
    if (kind === 'group') return applyGroup(signature, call);
    if (kind === 'chord') return applyChord(signature, call);
    return applyTask(signature, call, addToParent);
  };

  const applyTask = (signature: Signature, given: Call, addToParent: boolean) => {
    const call = { ...given, options: withoutNulls(given.options) };
    const merged = isMap(signature)
      ? {
          args: [],
          kwargs: kwargsOf(signature),
          options: mergeOptions(optionsOf(signature), call.options),
        }
      : mergeSignature(signature, call);
    const publication = composeTask({ task: taskOf(signature), ...merged }, context);
    effects.push({ kind: 'publish', publication });
    const result = taskResult(publication.id);
    if (addToParent) children.push(result);
    return result;
  };

  const applyChain = (chain: Signature, { args, kwargs, options }: Call): ResultNode => {
    const all = new Map([...optionsOf(chain), ...options]);
    const text = (key: string) => optionalText(take(all, key)) ?? undefined;
    const groupIndex = optionalNumber(take(all, 'group_index')) ?? undefined;
    const chord = take(all, 'chord');
    const link = take(all, 'link') ?? null;
    const steps = prepareSteps(
      {
        tasks: tasksOf(chain),
        clone: true,
        args: args.length > 0 && !isImmutable(chain) ? [...args, ...argsOf(chain)] : argsOf(chain),
        kwargs,
        rootId: text('root_id'),
        linkError: take(all, 'link_error'),
        lastTaskId: text('task_id'),
        groupId: text('group_id'),
        groupIndex,
        chord: chord instanceof Map ? chord : undefined,
      },
      (task, own) => freeze(task, own, context),
    );
    // Not handed on to the steps: each has the parent that comes before it.
    take(all, 'parent_id');
    const [last] = steps.tasks;
    // Celery sends nothing for a chain without steps, and says nothing.
    if (last === undefined) return taskResult(text('task_id') ?? context.newId());
    extendOption(last, 'link', linksOf(link));
    const first = steps.tasks.pop() ?? last;
    const rest = listOrNull(all.get('chain')) ?? [];
    all.set('chain', [...rest, ...steps.tasks]);
    const sent = apply(first, { options: all });
    return steps.tasks.length === 0 ? sent : (steps.results[0] ?? sent);
  };

  const applyGroup = (
    group: Signature,
    { args, options }: Call,
    addToParent = true,
  ): ResultNode => {
    if (tasksOf(group).length === 0) return freeze(cloneSignature(group), {}, context);
    const all = mergeOptions(optionsOf(group), options);
    const groupId = optionalText(take(all, 'task_id')) ?? context.newId();
    all.set('group_id', groupId);
    const rootId = optionalText(all.get('root_id')) ?? undefined;
    const members = unrollPrepared(tasksOf(group), groupId, rootId);
    const results = sendMembers(members, groupId, args, all);
    const only = results.length === 1 ? results[0] : undefined;
    const result =
      only !== undefined && only.results !== null ? only : groupResult(groupId, results);
    if (addToParent) children.push(result);
    return result;
  };

  const unrollPrepared = (
    tasks: readonly Signature[],
    groupId: string,
    rootId: string | undefined,
  ): { task: Signature; result: ResultNode }[] =>
    tasks.flatMap((signature, groupIndex) => {
      const task = cloneSignature(signature);
      if (kindOfSignature(task) === 'group') return unrollPrepared(tasksOf(task), groupId, rootId);
      // Celery 5.2 numbers the members of chords only.
      const index = context.dialect === '5.2' ? {} : { groupIndex };
      return [{ task, result: freeze(task, { groupId, rootId, ...index }, context) }];
    });

  const sendMembers = (
    members: readonly { task: Signature; result: ResultNode }[],
    groupId: string,
    args: readonly PickleValue[],
    options: Options,
  ): ResultNode[] => {
    const shared = take(options, 'chord') ?? null;
    take(options, 'group_index');
    let size = 0;
    return members.map(({ task, result }, index) => {
      const chord = shared ?? optionsOf(task).get('chord') ?? null;
      size += chordSize(task);
      if (chord !== null && index === members.length - 1) {
        effects.push({ kind: 'chord-size', groupId, size });
      }
      const own = new Map(options);
      if (chord !== null) own.set('chord', chord);
      // Celery hands this on as well, and the body of a chord keeps it.
      if (kindOfSignature(task) === 'chord') own.set('add_to_parent', false);
      const before = children.length;
      apply(task, { args, options: own }, false);
      // Only the group counts as sent, not what its members are made of.
      children.length = before;
      return result;
    });
  };

  const applyChord = (chord: Signature, { args, kwargs, options }: Call): ResultNode => {
    const taskId = optionalText(take(options, 'task_id')) ?? undefined;
    const callbacks = context.dialect === '5.7' ? takeCallbacks(chord, options) : [];
    const forBody = bodyOptions(options, context.dialect);
    const { header, body } = chordParts(chord, forBody);
    const all = new Map([...optionsOf(chord), ...options]);
    for (const [key, callback] of callbacks) {
      all.delete(key);
      addToBody(body, key, callback);
    }
    const ownId = optionalText(take(all, 'task_id')) ?? undefined;
    // Celery 5.2 loses the id of a header on its way, and keeps the body out of the group.
    const isOld = context.dialect === '5.2';
    const known = isOld ? null : optionalText(optionsOf(header).get('task_id'));
    const groupId = known ?? context.newId();
    if (isOld) optionsOf(header).delete('task_id');
    const rootId = optionalText(optionsOf(body).get('root_id')) ?? undefined;
    for (const [key, value] of bodyOptions(all, context.dialect)) optionsOf(body).set(key, value);
    const id = taskId ?? ownId ?? context.newId();
    const bodyResult = freeze(body, isOld ? { id, rootId } : { id, groupId, rootId }, context);
    for (const key of ['chain', 'chord', 'task_id']) take(all, key);
    const { results } = freezeGroup(header, { groupId, chord: body, rootId }, context);
    const headerResult = groupResult(groupId, results);
    if (tasksOf(header).length === 0) apply(body, { args: [[]] });
    else {
      if (results.some(({ results }) => results !== null)) {
        effects.push({ kind: 'save-group', group: headerResult });
      }
      const partial = isImmutable(chord) ? [] : [...args, ...argsOf(chord)];
      const sent = new Map(all).set('task_id', groupId);
      applyGroup(header, { args: partial, kwargs, options: sent });
    }
    bodyResult.parent = headerResult;
    return bodyResult;
  };

  return { apply, effects, children, context };
};

const chordParts = (chord: Signature, options: Options) => {
  const body = bodyOf(chord);
  if (body === null) throw new InvalidMessageError('task', 'a chord without a body cannot be sent');
  const copy = cloneSignature(chord);
  const isGroup = kwargsOf(chord).get('header') instanceof Map;
  const header = headerGroup(copy);
  const ownId = optionsOf(chord).get('task_id');
  if (!isGroup && typeof ownId === 'string') optionsOf(header).set('task_id', ownId);
  return { header, body: partialSignature(body, { options }) };
};

/** Its parent is the member that ends last, in 5.7; before, whoever sent the chord. */
const bodyOptions = (options: Options, dialect: Dialect | undefined): Options =>
  new Map([...options].filter(([key]) => dialect !== '5.7' || key !== 'parent_id'));

type Callback = readonly ['link' | 'link_error', Signature];

/** Those of a chord, and those that it is sent with, are its body's beside the body's own, in 5.7. */
const takeCallbacks = (chord: Signature, options: Options): Callback[] =>
  (['link', 'link_error'] as const).flatMap((key) =>
    [...linksOf(optionsOf(chord).get(key)), ...linksOf(take(options, key))].map(
      (callback) => [key, callback] as const,
    ),
  );

const addToBody = (body: Signature, key: Callback[0], callback: Signature): void => {
  if (key === 'link') link(body, callback);
  else if (kindOfSignature(body) === 'group') linkErrorOfBody(body, callback);
  else addToOption(body, key, callback);
};

const withoutNulls = (options: ReadonlyMap<string, PickleValue>): Options =>
  new Map([...options].filter(([, value]) => value !== null));

const take = (options: Options, key: string): PickleValue | undefined => {
  const value = options.get(key);
  options.delete(key);
  return value;
};
