import { isDeepStrictEqual } from 'node:util';
import type { PickleValue } from '../../pickle/index.ts';
import { freeze } from '../canvas/freeze.ts';
import { linksOf } from '../canvas/links.ts';
import type { ResultNode } from '../canvas/result-node.ts';
import {
  bodyOf,
  cloneSignature,
  idOf,
  kindOfSignature,
  makeGroup,
  optionsOf,
  tasksOf,
  type Signature,
} from '../canvas/signature.ts';
import { InvalidMessageError } from '../errors/invalid-message-error.ts';
import { parsePythonJson } from '../json/parse-json.ts';
import { writePythonJson } from '../json/write-json.ts';
import { listOrNull, optionalNumber, optionalText } from '../message/fields.ts';
import type { TaskMessage } from '../message/task-message.ts';
import {
  celeryException,
  describeException,
  readFailure,
  showException,
  type PythonException,
} from '../results/exception.ts';
import { isReady, type TaskMeta, writeMeta } from '../results/meta.ts';
import { canvasOf, type OutcomeContext } from './context.ts';
import type { ChordBody, Effect, Plan } from './effects.ts';
import { failStep, failureOf } from './store.ts';
import { untold, withTold } from './told-errbacks.ts';

/** What a chord waits for has ended: the values for its body, or why there are none. */
export type ChordOutcome = { ok: true; values: PickleValue[] } | ({ ok: false } & ChordFailure);

type ChordFailure = {
  error: PythonException;
  cause: PythonException;
  /** As the member that failed has it stored. */
  stored?: PickleValue | undefined;
};

/** The members of a chord, in order, each `[1, id, state, result]`. The first that failed decides. */
export const readChordMembers = (members: readonly string[]): ChordOutcome => {
  const values: PickleValue[] = [];
  for (const member of members) {
    const [, id, state, value = null] = listOrNull(parsePythonJson(member)) ?? [];
    if (state === 'SUCCESS') {
      values.push(value);
      continue;
    }
    const cause = readFailure(value) ?? { type: 'Exception', module: 'builtins', args: [value] };
    const text = `Dependency ${optionalText(id)} raised ${showException(cause)}`;
    return { ok: false, error: celeryException.chordError(text), cause, stored: value };
  }
  return { ok: true, values };
};

/** The ids whose results a saved header is put together from. */
export const memberIds = (group: ResultNode): string[] =>
  (group.results ?? []).flatMap((node) => (node.results === null ? [node.id] : memberIds(node)));

/** The results of a saved header, nested as its groups are. */
export const joinGroup = (
  group: ResultNode,
  metas: ReadonlyMap<string, TaskMeta | null>,
  /** What the chord fails with when a member did. */
  words: (id: string, cause: PythonException) => string,
): ChordOutcome => {
  const values: PickleValue[] = [];
  for (const { id, results } of group.results ?? []) {
    const joined =
      results === null
        ? joinMember(id, metas.get(id) ?? null, words)
        : joinGroup({ id, parent: null, results }, metas, words);
    if (!joined.ok) return joined;
    if (results === null) values.push(...joined.values);
    else values.push(joined.values);
  }
  return { ok: true, values };
};

const joinMember = (
  id: string,
  meta: TaskMeta | null,
  words: (id: string, cause: PythonException) => string,
): ChordOutcome => {
  if (meta?.state === 'SUCCESS') return { ok: true, values: [meta.fields.get('result') ?? null] };
  const cause =
    meta !== null && isReady(meta.state) && meta.exception !== null
      ? meta.exception
      : { type: 'TimeoutError', module: 'celery.exceptions', args: ['The operation timed out.'] };
  const stored = meta?.fields.get('result');
  return { ok: false, error: celeryException.chordError(words(id, cause)), cause, stored };
};

/** What follows when all that a chord waits for has ended. `message` is the member that came last. */
export const planChord = (
  count: ChordBody,
  outcome: ChordOutcome,
  message: TaskMessage,
  context: OutcomeContext,
): Plan & { succeeded: boolean } => {
  const name = `chord ${count.groupId}`;
  if (!outcome.ok) {
    return { name, succeeded: false, effects: chordError(count, outcome, message, context) };
  }
  const sending = { ...context, children: [] };
  try {
    const canvas = canvasOf(message, sending, name);
    canvas.apply(count.body, { args: [outcome.values] });
    return { name, succeeded: true, effects: canvas.effects };
  } catch (error) {
    // Such as a body that is no signature any more: the chord fails with it, as in Celery.
    if (!(error instanceof InvalidMessageError)) throw error;
    const cause = { type: 'ValueError', module: 'builtins', args: [error.message] };
    const failed = celeryException.chordError(`Callback error: ${showException(cause)}`);
    const effects = chordError(count, { error: failed, cause }, message, sending);
    return { name, succeeded: false, effects };
  }
};

/** The body will not run: its errbacks are sent with its id, and it fails with all that follows it. */
const chordError = (
  count: ChordBody,
  failure: ChordFailure,
  message: TaskMessage,
  context: OutcomeContext,
): Effect[] => {
  const body = cloneSignature(count.body);
  const canvas = canvasOf(message, context, `chord ${count.groupId} errbacks`);
  const rest = (exception: PythonException) => {
    const value = failureOf(exception, context);
    const failed = { state: 'FAILURE', value, traceback: null, isStored: true };
    return linksOf(optionsOf(body).get('chain')).flatMap((step) => failStep(step, failed, context));
  };
  if (kindOfSignature(body) !== 'group') {
    const errbacks = untold(onceEach(bodyErrbacksOf(body)), failure.stored);
    return [...failBody(body, failure.error, errbacks, canvas, context), ...rest(failure.error)];
  }
  const result = freeze(body, {}, canvas.context);
  const exception = context.dialect === '5.2' ? failure.error : failure.cause;
  const own = new Map(tasksOf(body).map((task) => [idOf(errorsOf(task)), errbacksOf(task)]));
  const shared = untold(linksOf(optionsOf(body).get('link_error')), failure.stored);
  return [
    ...(result.results ?? []).flatMap(({ id }) => {
      const errbacks = [...(own.get(id) ?? []), ...shared];
      return failOne(id, exception, onceEach(errbacks), canvas, context);
    }),
    storeFailure(result.id, exception, context),
    ...rest(exception),
  ];
};

/** What is told when a member of a group fails: a chord by itself and by its body, a group by its members too. */
const errbacksOf = (task: Signature): Signature[] => {
  const own = linksOf(optionsOf(task).get('link_error'));
  const body = kindOfSignature(task) === 'chord' ? bodyOf(task) : null;
  if (body !== null) return [...own, ...errbacksOf(body)];
  return kindOfSignature(task) === 'group' ? [...own, ...tasksOf(task).flatMap(errbacksOf)] : own;
};

/** Those of the members of a group that is the body of a body are told when that group fails. */
const bodyErrbacksOf = (body: Signature): Signature[] => {
  const own = linksOf(optionsOf(body).get('link_error'));
  const inner = kindOfSignature(body) === 'chord' ? bodyOf(body) : null;
  return inner === null ? own : [...own, ...bodyErrbacksOf(inner)];
};

const onceEach = (errbacks: readonly Signature[]): Signature[] =>
  errbacks.filter(
    (errback, at) => errbacks.findIndex((other) => isDeepStrictEqual(other, errback)) === at,
  );

/** A chord as the body of another is failed through its own body. */
const errorsOf = (body: Signature): Signature => {
  const inner = kindOfSignature(body) === 'chord' ? bodyOf(body) : null;
  return inner === null ? body : errorsOf(inner);
};

type Canvas = ReturnType<typeof canvasOf>;

const failBody = (
  body: Signature,
  exception: PythonException,
  errbacks: readonly Signature[],
  canvas: Canvas,
  context: OutcomeContext,
): Effect[] => {
  const target = errorsOf(body);
  const id = idOf(target);
  if (id === undefined) return [];
  const told = withTold(failureOf(exception, context), isInner(target) ? errbacks : []);
  return [
    ...failOne(id, exception, errbacks, canvas, context, told),
    ...countOuter(target, id, told),
  ];
};

const isInner = (body: Signature) => optionsOf(body).get('chord') instanceof Map;

const failOne = (
  id: string,
  exception: PythonException,
  errbacks: readonly Signature[],
  canvas: Canvas,
  context: OutcomeContext,
  value = failureOf(exception, context),
): Effect[] => {
  canvas.effects.length = 0;
  if (errbacks.length > 0) {
    const options = new Map([
      ['parent_id', id],
      ['root_id', id],
    ]);
    canvas.apply(makeGroup(errbacks), { args: [id], options });
  }
  const children = [...canvas.children];
  return [...canvas.effects, storeFailure(id, exception, { ...context, children }, value)];
};

/** Celery leaves the chord around this one waiting for ever; nobody else will count for the body. */
const countOuter = (
  body: Signature,
  taskId: string,
  value: ReadonlyMap<string, PickleValue>,
): Effect[] => {
  const options = optionsOf(body);
  const outer = options.get('chord');
  const groupId = optionalText(options.get('group_id'));
  if (!(outer instanceof Map) || groupId === null) return [];
  const member = writePythonJson([1, taskId, 'FAILURE', value]);
  const index = optionalNumber(options.get('group_index'));
  return [{ kind: 'chord-count', groupId, taskId, index, member, body: outer }];
};

const storeFailure = (
  taskId: string,
  exception: PythonException,
  context: OutcomeContext,
  value = failureOf(exception, context),
): Effect => ({
  kind: 'store',
  taskId,
  meta: writeMeta({
    id: taskId,
    state: 'FAILURE',
    result: value,
    traceback: `${describeException(exception)}\n`,
    children: context.children ?? [],
    nowMs: context.nowMs,
    dialect: context.dialect,
  }),
});
