import { JobTimeoutError } from '@shared/errors';
import type { Outcome } from '@shared/queue';
import { pythonValue } from '../../tasks/python-value.ts';
import { resultForPython } from '../../tasks/result-for-python.ts';
import type { PythonTasks } from '../../tasks/python-tasks.ts';
import type { PickleValue } from '../../pickle/index.ts';
import { resultTuple } from '../canvas/result-node.ts';
import { SentResult } from '../canvas/sent-result.ts';
import { taskEvent, type TaskEventType } from '../events/event.ts';
import { type Verdict, verdictOf } from '../handler/verdict.ts';
import type { Fields } from '../message/envelope.ts';
import type { Plan } from '../outcome/effects.ts';
import { planFailure, planRevoked, planUnknown } from '../outcome/plan-failure.ts';
import { planReplace } from '../outcome/plan-replace.ts';
import { planRetry } from '../outcome/plan-retry.ts';
import { planSuccess } from '../outcome/plan-success.ts';
import { pythonRepr } from '../repr/repr.ts';
import {
  celeryException,
  describeException,
  type PythonException,
  showException,
} from '../results/exception.ts';
import type { ResolvedSideOptions } from '../side/options.ts';
import type { Ended } from './ended.ts';
import { endOf, isLoss, pythonException, tracebackOf } from './python-exception.ts';
import { requeue } from './requeue.ts';

/** What an end does, and the event that tells of it. */
export type End = {
  plan: Plan;
  event: readonly [TaskEventType, () => Fields] | undefined;
};

/** What a process decides by. */
export type Rules = {
  tasks: PythonTasks;
  options: Pick<ResolvedSideOptions, 'acksOnFailureOrTimeout' | 'rejectOnWorkerLost'>;
};

type Told = Exclude<Outcome, { kind: 'return' }>;

export const planEnd = (ended: Ended, outcome: Told, rules: Rules): End => {
  if (outcome.kind === 'complete') {
    return ended.verdict === undefined
      ? succeed(ended, outcome.result, rules)
      : obey(ended, ended.verdict);
  }
  const { thrown } = outcome;
  const verdict = verdictOf(thrown);
  if (verdict !== undefined) return obey(ended, verdict);
  return outcome.kind === 'retry' ? tryAgain(ended, thrown) : fail(ended, thrown, rules);
};

const succeed = (ended: Ended, value: unknown, rules: Rules): End => {
  const { message, context, ranMs } = ended;
  const task = rules.tasks.named(message.task);
  let result: PickleValue;
  try {
    result =
      value instanceof SentResult
        ? resultTuple(value)
        : pythonValue(task === undefined ? value : resultForPython(task, value));
  } catch (error) {
    return fail(ended, error, rules);
  }
  const plan = planSuccess(message, result, context);
  if (!plan.name.endsWith(':success')) return { plan, event: undefined };
  const event = () => taskEvent.succeeded(message.id, pythonRepr(result), ranMs / 1_000);
  return { plan, event: ['task-succeeded', event] };
};

const obey = (ended: Ended, verdict: Verdict): End => {
  const { message, context } = ended;
  const nothing = { name: `${message.id}:${message.retries}:${verdict.kind}`, effects: [] };
  switch (verdict.kind) {
    case 'retry': {
      const { exception = null, traceback = null } = verdict.retry;
      const shown = exception === null ? 'None' : showException(exception);
      const event = () => taskEvent.failed(message.id, shown, traceback ?? '');
      return { plan: planRetry(message, verdict.retry, context), event: ['task-retried', event] };
    }
    case 'replace':
      return { plan: planReplace(message, verdict.signature, context), event: undefined };
    case 'ignore':
      return { plan: nothing, event: undefined };
    case 'reject': {
      if (verdict.requeue) return giveBack(ended, nothing);
      const exception = celeryException.reject(verdict.reason);
      return { plan: planFailure(message, { exception }, context), event: rejected(ended, false) };
    }
  }
};

/** The same job runs again, so that no message is sent for it. */
const tryAgain = ({ message, context, attempt }: Ended, thrown: unknown): End => {
  const { exception, traceback } = describe(thrown);
  const { name, effects } = planRetry(message, { exception, traceback }, context);
  const event = () => taskEvent.failed(message.id, showException(exception), traceback);
  return {
    plan: {
      name: `${name} ${attempt.fence}`,
      effects: effects.filter(({ kind }) => kind === 'store'),
    },
    event: ['task-retried', event],
  };
};

/** Back to its queue, beside what the plan does. */
const giveBack = (ended: Ended, plan: Plan): End => {
  const effects = [...plan.effects, requeue(ended.message, ended.notes)];
  return { plan: { ...plan, effects }, event: rejected(ended, true) };
};

const rejected = ({ message }: Ended, requeued: boolean): NonNullable<End['event']> => [
  'task-rejected',
  () => taskEvent.rejected(message.id, requeued),
];

const fail = (ended: Ended, thrown: unknown, { options }: Rules): End => {
  const { message, context, notes } = ended;
  const isLate = notes.tag !== undefined;
  switch (endOf(thrown)) {
    case 'revoked': {
      const how = {
        terminated: ended.terminatedBy !== undefined,
        signum: ended.terminatedBy ?? null,
      };
      const reason = how.terminated ? 'terminated' : 'revoked';
      const event = () => taskEvent.revoked(message.id, how);
      return { plan: planRevoked(message, reason, context), event: ['task-revoked', event] };
    }
    case 'expired': {
      const event = () => taskEvent.revoked(message.id, { expired: true });
      return { plan: planRevoked(message, 'expired', context), event: ['task-revoked', event] };
    }
    case 'unknown':
      return failed(ended, planUnknown(message, context), {
        exception: celeryException.notRegistered(message.task),
      });
    case 'timeout': {
      const exception = timeLimitMet(ended);
      const isSoft = exception.type === 'SoftTimeLimitExceeded' && notes.soft !== undefined;
      if (isSoft && isOfItsOwn(ended.thrown)) {
        const described = describe(ended.thrown);
        return failed(ended, planFailure(message, described, context), described);
      }
      const traceback = isSoft ? `${describeException(exception)}\n` : null;
      const plan = planFailure(message, { exception, traceback }, context);
      // Its failure is stored all the same, until it has run again.
      if (isLate && !isSoft && !options.acksOnFailureOrTimeout) return giveBack(ended, plan);
      return failed(ended, plan, { exception, traceback: traceback ?? 'None' });
    }
    default: {
      if (isLoss(thrown) && isLate && options.rejectOnWorkerLost) {
        return giveBack(ended, { name: `${message.id}:${message.retries}:lost`, effects: [] });
      }
      const described = describe(thrown);
      return failed(ended, planFailure(message, described, context), described);
    }
  }
};

const describe = (thrown: unknown) => {
  const exception = pythonException(thrown);
  return { exception, traceback: tracebackOf(thrown, describeException(exception)) };
};

const failed = (
  { message }: Ended,
  plan: Plan,
  { exception, traceback }: { exception: PythonException; traceback?: string },
): End => ({
  plan,
  event: ['task-failed', () => taskEvent.failed(message.id, showException(exception), traceback)],
});

/** Whether a handler that was told to stop failed by something else. */
const isOfItsOwn = (thrown: unknown): boolean =>
  thrown !== undefined &&
  !(thrown instanceof JobTimeoutError) &&
  !(thrown instanceof Error && thrown.name === 'AbortError');

/** A handler that stopped in time met the soft limit only. */
const timeLimitMet = ({ notes: { soft, hard }, ranMs }: Ended): PythonException => {
  const isHard = hard !== undefined && ranMs >= hard * 1_000;
  if (soft !== undefined && !isHard) return celeryException.softTimeLimit();
  return celeryException.timeLimit(hard ?? Math.round(ranMs / 1_000));
};
