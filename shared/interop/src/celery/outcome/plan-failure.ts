import { makeGroup } from '../canvas/signature.ts';
import type { TaskMessage } from '../message/task-message.ts';
import { celeryException, failureValue, type PythonException } from '../results/exception.ts';
import { writeMeta, type ExtendedMeta } from '../results/meta.ts';
import { canvasOf, keepsErrors, planName, type OutcomeContext } from './context.ts';
import type { Effect, Plan } from './effects.ts';
import { countFor, failStep, failureOf, storeFor } from './store.ts';

export type Failure = { exception: PythonException; traceback?: string | null };

/**
 * What follows when a task raised: the failure is stored and counted, the steps left in its chain fail with
 * it, and its errbacks are sent with its id. Ours are always sent as tasks: whether a Python function
 * would take the exception itself, only a worker that has it can know.
 */
export const planFailure = (
  message: TaskMessage,
  { exception, traceback = null }: Failure,
  context: OutcomeContext,
): Plan => {
  const state = 'FAILURE';
  const value = failureOf(exception, context);
  const isStored = keepsErrors(message, context);
  const children = context.children ?? [];
  return {
    name: planName(message, 'failure'),
    effects: [
      ...(isStored
        ? [storeFor(message, { state, result: value, traceback, children }, context)]
        : []),
      ...countFor(message, state, value, context),
      ...message.chain.flatMap((step) =>
        failStep(step, { state, value, traceback, isStored }, context),
      ),
      ...sendErrbacks(message, context),
    ],
  };
};

const sendErrbacks = (message: TaskMessage, context: OutcomeContext): Effect[] => {
  if (message.errbacks.length === 0) return [];
  const canvas = canvasOf(message, context, 'errbacks');
  canvas.apply(makeGroup(message.errbacks), {
    args: [message.id],
    options: new Map([
      ['parent_id', message.id],
      ['root_id', message.rootId ?? message.id],
    ]),
  });
  return canvas.effects;
};

/** A task that nobody here knows. Celery tells nothing about it but its name. */
export const planUnknown = (message: TaskMessage, context: OutcomeContext): Plan => {
  const value = failureOf(celeryException.notRegistered(message.task), context);
  return {
    name: planName(message, 'unknown'),
    effects: [
      {
        kind: 'store',
        taskId: message.id,
        meta: writeMeta({
          id: message.id,
          state: 'FAILURE',
          result: value,
          children: [],
          nowMs: context.nowMs,
          extended: context.extended === true ? NOTHING_KNOWN : undefined,
          dialect: context.dialect,
        }),
      },
      ...countFor(message, 'FAILURE', value, context),
      ...message.chain.flatMap((step) =>
        failStep(step, { state: 'FAILURE', value, traceback: null, isStored: true }, context),
      ),
      ...sendErrbacks(message, context),
    ],
  };
};

const NOTHING_KNOWN: ExtendedMeta = {
  name: null,
  args: null,
  kwargs: null,
  worker: null,
  retries: null,
  queue: null,
};

/** What the command `revoke` stores at once for an id, whether or not there is such a task, as 5.7 does. */
export const revokedByCommand = (
  id: string,
  { nowMs, dialect }: Pick<OutcomeContext, 'nowMs' | 'dialect'>,
): Effect => ({
  kind: 'store-unbegun',
  taskId: id,
  meta: writeMeta({
    id,
    state: 'REVOKED',
    result: failureValue(celeryException.revoked('revoked')),
    children: null,
    nowMs,
    dialect,
  }),
});

/** A task that was revoked, expired or terminated: stored and counted, and nothing follows it. */
export const planRevoked = (
  message: TaskMessage,
  /** `revoked`, `expired`, `terminated` or the name of a signal. */
  reason: string,
  context: OutcomeContext,
): Plan => {
  const value = failureOf(celeryException.revoked(reason), context);
  const stored = { state: 'REVOKED', result: value };
  return {
    name: planName(message, 'revoked'),
    effects: [
      ...(keepsErrors(message, context) ? [storeFor(message, stored, context)] : []),
      ...countFor(message, 'REVOKED', value, context),
    ],
  };
};
