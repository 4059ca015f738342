import type { PickleValue } from '../../pickle/index.ts';
import type { ResultNode } from '../canvas/result-node.ts';
import {
  argsOf,
  bodyOf,
  kindOfSignature,
  kwargsOf,
  optionsOf,
  taskOf,
  type Signature,
} from '../canvas/signature.ts';
import { writePythonJson } from '../json/write-json.ts';
import { optionalNumber, optionalText } from '../message/fields.ts';
import type { TaskMessage } from '../message/task-message.ts';
import { failureValue, type PythonException } from '../results/exception.ts';
import { writeMeta } from '../results/meta.ts';
import { extendedOf, type OutcomeContext } from './context.ts';
import type { ChordCount, Effect } from './effects.ts';

const typesOf = ({ types, dialect }: OutcomeContext) =>
  types ?? (dialect === '5.2' ? 'plain' : 'tagged');

export const failureOf = (exception: PythonException, context: OutcomeContext) =>
  failureValue(exception, typesOf(context));

type Stored = {
  state: string;
  result: unknown;
  traceback?: string | null;
  children?: readonly ResultNode[];
};

/** Stores the result of a message. */
export const storeFor = (
  message: TaskMessage,
  stored: Stored,
  context: OutcomeContext,
): Effect => ({
  kind: 'store',
  taskId: message.id,
  meta: writeMeta({
    id: message.id,
    children: [],
    ...stored,
    nowMs: context.nowMs,
    groupId: message.group,
    parentId: message.parentId,
    extended: extendedOf(message, context),
    dialect: context.dialect,
  }),
});

/** Counts a message in its chord, if it is in one. */
export const countFor = (
  message: TaskMessage,
  state: string,
  result: unknown,
  context: OutcomeContext,
): ChordCount[] => {
  const { chord, group } = message;
  if (chord === null || group === null) return [];
  return [
    countOf(
      { taskId: message.id, groupId: group, index: message.groupIndex, body: chord },
      [state, result],
      context,
    ),
  ];
};

const countOf = (
  count: Omit<ChordCount, 'kind' | 'member'>,
  [state, result]: [string, unknown],
  context: OutcomeContext,
): ChordCount => ({
  kind: 'chord-count',
  ...count,
  member: writePythonJson([1, count.taskId, state, result], { types: typesOf(context) }),
});

/** What the steps that will never run leave behind: the failure, and their count in a chord. */
export const failStep = (
  step: Signature,
  {
    state,
    value,
    traceback,
    isStored,
  }: {
    state: string;
    value: Map<string, PickleValue>;
    traceback: string | null;
    isStored: boolean;
  },
  context: OutcomeContext,
): Effect[] => {
  const options = optionsOf(step);
  const id = optionalText(options.get('task_id'));
  const body = kindOfSignature(step) === 'chord' ? bodyOf(step) : null;
  // A chord ends with its body: that is what whoever follows it, or has it in a header, waits for.
  const ofBody =
    body === null ? [] : failStep(body, { state, value, traceback, isStored }, context);
  if (id === null) return ofBody;
  const groupId = optionalText(options.get('group_id'));
  const chord = options.get('chord');
  const effects: Effect[] = [];
  if (isStored)
    effects.push({
      kind: 'store',
      taskId: id,
      meta: stepMeta(step, id, { state, value, traceback }, context),
    });
  if (chord instanceof Map && groupId !== null) {
    const index = optionalNumber(options.get('group_index'));
    effects.push(countOf({ taskId: id, groupId, index, body: chord }, [state, value], context));
  }
  return [...effects, ...ofBody];
};

const stepMeta = (
  step: Signature,
  id: string,
  { state, value, traceback }: { state: string; value: unknown; traceback: string | null },
  { nowMs, dialect, extended = false }: OutcomeContext,
): string => {
  const options = optionsOf(step);
  return writeMeta({
    id,
    state,
    result: value,
    traceback,
    children: [],
    nowMs,
    groupId: optionalText(options.get('group_id')),
    parentId: optionalText(options.get('parent_id')),
    dialect,
    extended: extended
      ? {
          name: taskOf(step),
          args: argsOf(step),
          kwargs: kwargsOf(step),
          worker: null,
          retries: 0,
          queue: null,
        }
      : undefined,
  });
};
