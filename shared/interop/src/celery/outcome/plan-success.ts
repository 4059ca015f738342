import { UnencodableValueError, type PickleValue } from '../../pickle/index.ts';
import type { Canvas } from '../canvas/apply.ts';
import { resultTuple, type ResultNode } from '../canvas/result-node.ts';
import { kindOfSignature, makeGroup, type Partial, type Signature } from '../canvas/signature.ts';
import { InvalidMessageError } from '../errors/invalid-message-error.ts';
import type { TaskMessage } from '../message/task-message.ts';
import { celeryException, type PythonException } from '../results/exception.ts';
import { canvasOf, keepsResult, planName, type OutcomeContext } from './context.ts';
import type { Plan } from './effects.ts';
import { planFailure } from './plan-failure.ts';
import { countFor, storeFor } from './store.ts';

/**
 * What follows when a task returned a value: its callbacks and the next step of its chain are sent, then
 * its result is stored, so that `children` is complete, then it counts in its chord. A value that JSON has
 * no form for is a failure instead, as in Celery.
 */
export const planSuccess = (
  message: TaskMessage,
  result: PickleValue | ResultNode,
  context: OutcomeContext,
): Plan => {
  const canvas = canvasOf(message, context, 'success');
  const value = isNode(result) ? resultTuple(result) : result;
  try {
    sendNext(message, value, canvas);
    const stored = { state: 'SUCCESS', result: value, children: canvas.children };
    return {
      name: planName(message, 'success'),
      effects: [
        ...canvas.effects,
        ...(keepsResult(message, context) ? [storeFor(message, stored, context)] : []),
        ...countFor(message, 'SUCCESS', value, context),
      ],
    };
  } catch (error) {
    const exception = failureOfSending(error);
    if (exception === undefined) throw error;
    return planFailure(message, { exception }, context);
  }
};

/** A value without a form, or a canvas that makes no sense, is the task's own failure. */
const failureOfSending = (error: unknown): PythonException | undefined => {
  if (error instanceof UnencodableValueError) return celeryException.encodeError(error.why);
  if (!(error instanceof InvalidMessageError)) return undefined;
  return { type: 'ValueError', module: 'builtins', args: [error.why] };
};

const isNode = (result: PickleValue | ResultNode): result is ResultNode =>
  typeof result === 'object' && result !== null && 'results' in result && 'parent' in result;

/** Callbacks first, then the next step of the chain, which is given the rest of it. */
const sendNext = (message: TaskMessage, value: PickleValue, canvas: Canvas) => {
  const { callbacks, chain } = message;
  const options = new Map<string, PickleValue>([
    ['parent_id', message.id],
    ['root_id', message.rootId ?? message.id],
    ['priority', canvas.context.parent?.priority ?? null],
  ]);
  sendCallbacks(callbacks, { args: [value], options }, canvas);
  const next = chain.at(-1);
  if (next === undefined) return;
  const withRest = new Map<string, PickleValue>([['chain', chain.slice(0, -1)], ...options]);
  canvas.apply(next, { args: [value], options: withRest });
};

/** One is sent straight; of several, groups one by one and all others together as a new group. */
const sendCallbacks = (callbacks: readonly Signature[], given: Partial, canvas: Canvas) => {
  const [first, ...others] = callbacks;
  if (first === undefined) return;
  if (others.length === 0) {
    canvas.apply(first, given);
    return;
  }
  const groups = callbacks.filter((callback) => kindOfSignature(callback) === 'group');
  const plain = callbacks.filter((callback) => kindOfSignature(callback) !== 'group');
  for (const group of groups) canvas.apply(group, given);
  if (plain.length > 0) canvas.apply(makeGroup(plain), given);
};

/**
 * A redelivered task whose SUCCESS is stored, but not that it sent anything: what comes next is sent from
 * the stored result.
 */
export const planDeduplicated = (
  message: TaskMessage,
  stored: { result: PickleValue; children: readonly ResultNode[] },
  context: OutcomeContext,
): Plan => {
  const canvas = canvasOf(message, context, 'success');
  if (stored.children.length === 0) sendNext(message, stored.result, canvas);
  return { name: planName(message, 'success'), effects: canvas.effects };
};
