import type { PythonCall } from '@shared/contracts';
import { InvalidOptionError } from '@shared/errors';
import { type Attempt, lineOf } from '@shared/queue';
import { plainValue } from '../../tasks/python-value.ts';
import type { ResultNode } from '../canvas/result-node.ts';
import { SentResult } from '../canvas/sent-result.ts';
import type { Signature } from '../canvas/signature.ts';
import { pythonValue as fromJs } from '../../tasks/python-value.ts';
import type { TaskMessage } from '../message/task-message.ts';
import type { ChordBody } from '../outcome/effects.ts';
import { checkReplacement } from '../outcome/plan-replace.ts';
import { exhausted } from '../outcome/plan-retry.ts';
import { type CallOptions, pythonOptions } from '../producer/call-options.ts';
import type { AsyncResult } from '../results/result-reader.ts';
import type { PythonException } from '../results/exception.ts';
import { PythonError } from '../../tasks/python-error.ts';
import { pythonException, tracebackOf } from '../ends/python-exception.ts';
import { describeException } from '../results/exception.ts';
import { isolatedActions } from './isolated-run.ts';
import { type Verdict, VerdictError } from './verdict.ts';

/** What a Celery task body calls `self.request`. */
export type CeleryRequest = {
  id: string;
  task: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  rootId: string | null;
  parentId: string | null;
  group: string | null;
  groupIndex: number | null;
  /** How often it was tried before; 0 at first. */
  retries: number;
  /** Headers of the program's own. */
  headers: Record<string, unknown>;
  /** Of the message, under Celery's names: `correlation_id`, `reply_to`, `app_id` … */
  properties: Record<string, unknown>;
  deliveryInfo: {
    exchange: string;
    routingKey: string;
    priority: number;
    redelivered: boolean;
  };
  eta: Date | null;
  expires: Date | null;
  /** In seconds. */
  timeLimit: { hard: number | null; soft: number | null };
  stamps: Record<string, unknown>;
  correlationId: string | null;
  replyTo: string | null;
  /** How often a task took the place of another before this one did; 0 at first. */
  replacedTaskNesting: number;
  hostname: string;
};

/** Beside these, whatever `apply_async` takes and the task was not sent with. */
export type RetryRequest = Omit<CallOptions, 'id' | 'countdown' | 'eta' | 'kwargs'> & {
  /** Seconds to wait; 180 unless told. */
  countdown?: number;
  eta?: Date;
  /** Tries after the first; 3 unless told, null for as many as it takes. */
  maxRetries?: number | null;
  /** What went wrong: seen meanwhile, and raised when there is no try left. */
  cause?: unknown;
  args?: readonly unknown[];
  kwargs?: Readonly<Record<string, unknown>>;
};

/** What a Celery task body can do, for a handler whose job came from a Celery program. */
export type CeleryRun = {
  readonly request: CeleryRequest;
  /** `throw celery(attempt).retry({ countdown: 60 })`: the same task once more, under the same id. */
  retry(options?: RetryRequest): Error;
  /** `throw celery(attempt).replace(signature)`: another task takes the place of this one. */
  replace(signature: Signature): Error;
  /** `throw celery(attempt).ignore()`: nothing is stored, as of a task that never ran. */
  ignore(): Error;
  /** `throw celery(attempt).reject({ requeue: true })`: failed for good, or back to the end of its queue. */
  reject(options?: { requeue?: boolean; reason?: string | null }): Error;
  /** A state of the task's own, for whoever looks meanwhile. */
  updateState(state: string, meta?: unknown): Promise<void>;
  /** One more task for the chord that this one is a member of. */
  addToChord(signature: Signature): Promise<SentResult>;
  /** Sends a task, or a canvas, as a child of this one. What it resolves to may be returned, as in Python. */
  send(signature: Signature, args?: readonly unknown[]): Promise<SentResult>;
  /** What is stored of any task, as `AsyncResult(id)`; an errback is given the id of the one that failed. */
  result(id: string): AsyncResult;
};

/** What the Celery side does for a run. */
export type RunActions = {
  message: TaskMessage;
  nodename: string;
  updateState(state: string, meta: unknown): Promise<void>;
  addToChord(signature: Signature): Promise<ResultNode>;
  send(signature: Signature, args: readonly unknown[]): Promise<ResultNode>;
  /** Runs the handler of a task of this worker as part of this run; undefined if it has none. */
  perform(task: string, call: PythonCall): Promise<{ result: unknown } | undefined>;
  /** Sends the body of a chord once its header has ended; false while it has not. */
  unlockChord(chord: ChordBody, header: readonly ResultNode[]): Promise<boolean>;
  result(id: string): AsyncResult;
};

/** Runs of this process. The platform knows nothing of Celery, so that they are found by their attempts. */
const runs = new WeakMap<Attempt, KnownRun>();

type KnownRun = { actions: RunActions; view?: CeleryRun };

/**
 * The Celery side of a run.
 *
 * @throws {InvalidOptionError} for a job of another origin.
 */
export const celery = (attempt: Attempt): CeleryRun => {
  const run = runOf(attempt);
  return (run.view ??= viewOf(attempt, run.actions));
};

/** What the tasks that every worker has can do beyond that. */
export const actionsOf = (attempt: Attempt): RunActions => runOf(attempt).actions;

export const beginRun = (attempt: Attempt, actions: RunActions): void =>
  void runs.set(attempt, { actions });

const runOf = (attempt: Attempt): KnownRun => {
  const run = runs.get(attempt);
  if (run !== undefined) return run;
  const line = lineOf(attempt);
  const actions = line && isolatedActions(attempt, line);
  if (actions !== undefined) {
    const isolated = { actions };
    runs.set(attempt, isolated);
    return isolated;
  }
  throw new InvalidOptionError(
    'attempt',
    `the job's origin is "${attempt.origin}"`,
    'Look at attempt.origin before you ask.',
  );
};

const DEFAULT_MAX_RETRIES = 3;

const end = (verdict: Verdict) => new VerdictError(verdict);

const viewOf = (attempt: Attempt, actions: RunActions): CeleryRun => {
  const { message } = actions;
  let request: CeleryRequest | undefined;
  return {
    get request() {
      return (request ??= requestOf(message, attempt, actions.nodename));
    },
    retry(given = {}) {
      const {
        countdown,
        eta,
        maxRetries = DEFAULT_MAX_RETRIES,
        cause,
        args,
        kwargs,
        ...options
      } = given;
      const exception = cause === undefined ? null : pythonException(cause);
      if (maxRetries !== null && message.retries >= maxRetries) {
        return asError(exhausted(message, exception), cause);
      }
      const traceback =
        exception === null ? null : tracebackOf(cause, describeException(exception));
      return end({
        kind: 'retry',
        retry: {
          ...(countdown === undefined ? {} : { countdown }),
          ...(eta === undefined ? {} : { eta: eta.toISOString().replace('Z', '+00:00') }),
          ...(args === undefined ? {} : { args: args.map((arg) => fromJs(arg)) }),
          ...(kwargs === undefined
            ? {}
            : {
                kwargs: new Map(
                  Object.entries(kwargs).map(([key, item]) => [key, fromJs(item)] as const),
                ),
              }),
          options: pythonOptions(options),
          exception,
          traceback,
        },
      });
    },
    replace(signature) {
      checkReplacement(signature);
      return end({ kind: 'replace', signature });
    },
    ignore: () => end({ kind: 'ignore' }),
    reject: ({ requeue = false, reason = null } = {}) => end({ kind: 'reject', requeue, reason }),
    updateState: actions.updateState,
    addToChord: async (signature) => new SentResult(await actions.addToChord(signature)),
    send: async (signature, args = []) => new SentResult(await actions.send(signature, args)),
    result: actions.result,
  };
};

const asError = ({ type, module, args }: PythonException, cause: unknown) =>
  cause instanceof Error
    ? cause
    : new PythonError(type, args, { ...(module === null ? {} : { module }), cause });

const requestOf = (message: TaskMessage, { attempt }: Attempt, hostname: string): CeleryRequest => {
  const { deliveryInfo, stamps, eta, expires } = message;
  return {
    id: message.id,
    task: message.task,
    args: message.args.map(plainValue),
    kwargs: plainValue(message.kwargs) as Record<string, unknown>, // Of a Map.
    rootId: message.rootId,
    parentId: message.parentId,
    group: message.group,
    groupIndex: message.groupIndex,
    // By messages of the program's own, and by the policy of a task of ours.
    retries: message.retries + attempt - 1,
    properties: plainValue(message.envelope.properties) as Record<string, unknown>, // Of a Map.
    headers: plainValue(message.customHeaders) as Record<string, unknown>, // Of a Map.
    deliveryInfo: {
      exchange: deliveryInfo?.exchange ?? '',
      routingKey: deliveryInfo?.routingKey ?? '',
      priority: message.priority,
      redelivered: deliveryInfo?.redelivered ?? false,
    },
    eta: eta === null ? null : new Date(eta.epochMs),
    expires: expires === null ? null : new Date(expires.epochMs),
    timeLimit: message.timeLimit,
    stamps: stamps === null ? {} : (plainValue(stamps) as Record<string, unknown>), // Of a Map.
    correlationId: message.correlationId,
    replyTo: message.replyTo,
    replacedTaskNesting: message.replacedTaskNesting,
    hostname,
  };
};
