import { py, type PickleValue } from '../../pickle/index.ts';
import type { Options } from '../canvas/signature.ts';
import { makeSignature } from '../canvas/signature.ts';
import type { TaskMessage } from '../message/task-message.ts';
import { pythonRepr } from '../repr/repr.ts';
import { celeryException, type PythonException } from '../results/exception.ts';
import { canvasOf, keepsErrors, planName, type OutcomeContext } from './context.ts';
import type { Plan } from './effects.ts';
import { failureOf, storeFor } from './store.ts';

/** Seconds to wait when nobody says. */
export const DEFAULT_RETRY_DELAY = 180;

export type Retry = {
  /** Seconds from now. Default 180, unless `eta` says when. */
  countdown?: number;
  /** ISO text. */
  eta?: string;
  /** What went wrong, for whoever looks at the state meanwhile. */
  exception?: PythonException | null;
  traceback?: string | null;
  /** Instead of those that it was sent with. */
  args?: readonly PickleValue[];
  kwargs?: ReadonlyMap<string, PickleValue>;
  /** Other options of `apply_async`, such as `queue`, `priority` or `expires`. */
  options?: Options;
};

/** The same task once more: sent first, then the state RETRY is stored. */
export const planRetry = (message: TaskMessage, retry: Retry, context: OutcomeContext): Plan => {
  const canvas = canvasOf(message, context, 'retry');
  const options = new Map([...requestOptions(message), ...(retry.options ?? [])]);
  options.set('retries', message.retries + 1);
  if (retry.eta === undefined) options.set('countdown', retry.countdown ?? DEFAULT_RETRY_DELAY);
  else options.set('eta', retry.eta);
  const signature = makeSignature(
    message.task,
    retry.args ?? message.raw.args,
    retry.kwargs ?? message.raw.kwargs,
    { options },
  );
  canvas.apply(signature);
  const { exception = null, traceback = null } = retry;
  const stored = {
    state: 'RETRY',
    result: exception === null ? null : failureOf(exception, context),
    traceback,
    children: canvas.children,
  };
  return {
    name: planName(message, 'retry'),
    effects: [
      ...canvas.effects,
      ...(keepsErrors(message, context) ? [storeFor(message, stored, context)] : []),
    ],
  };
};

/** What a task that has no retries left fails with: its cause if it has one. */
export const exhausted = (message: TaskMessage, cause: PythonException | null): PythonException =>
  cause ??
  celeryException.maxRetriesExceeded(
    message.task,
    message.id,
    pythonRepr(py.tuple(message.args)),
    pythonRepr(message.kwargs),
  );

/** All that a message was sent with, as options to send it again. */
export const requestOptions = (message: TaskMessage): Options => {
  const { deliveryInfo, timeLimit } = message;
  const options = new Map<string, PickleValue>([
    ['task_id', message.id],
    ['root_id', message.rootId],
    ['parent_id', message.parentId],
    ['group_id', message.group],
    ['group_index', message.groupIndex],
    ['shadow', message.shadow],
    ['chord', message.chord],
    ['chain', message.chain.length === 0 ? null : message.chain],
    ['link', message.callbacks.length === 0 ? null : message.callbacks],
    ['link_error', message.errbacks.length === 0 ? null : message.errbacks],
    ['expires', message.expires?.text ?? null],
    ['soft_time_limit', timeLimit.soft],
    ['time_limit', timeLimit.hard],
    ['headers', message.customHeaders.size === 0 ? null : new Map(message.customHeaders)],
    ['retries', message.retries],
    ['reply_to', message.replyTo],
    ['replaced_task_nesting', message.replacedTaskNesting],
    ['origin', message.origin],
    ['ignore_result', message.ignoreResult],
    ['priority', message.priority],
  ]);
  addStamps(options, message);
  if (deliveryInfo === null || deliveryInfo.exchange === '') {
    options.set('queue', deliveryInfo?.routingKey ?? null);
  } else {
    options.set('exchange', deliveryInfo.exchange);
    options.set('routing_key', deliveryInfo.routingKey);
  }
  return new Map([...options].filter(([, value]) => value !== null));
};

const addStamps = (options: Options, { stamps, stampedHeaders }: TaskMessage) => {
  if (stamps === null || stampedHeaders === null) return;
  options.set('stamped_headers', stampedHeaders);
  for (const [name, value] of stamps) options.set(name, value);
};
