import type { Attempt, Hooks, Outcome } from '@shared/queue';
import { resultForPython } from '../../tasks/result-for-python.ts';
import { pythonValue } from '../../tasks/python-value.ts';
import type { TaskMessage } from '../message/task-message.ts';
import { celeryException, describeException, type PythonException } from '../results/exception.ts';
import { type Notes, readNotes } from '../side/notes.ts';
import type { SideParts } from '../side/parts.ts';
import type { OutcomeContext } from '../outcome/context.ts';
import { contextOf } from './context-of.ts';
import type { Plan } from '../outcome/effects.ts';
import { planFailure, planRevoked } from '../outcome/plan-failure.ts';
import { planRetry } from '../outcome/plan-retry.ts';
import { planStarted } from '../outcome/plan-progress.ts';
import { planSuccess } from '../outcome/plan-success.ts';
import { endOf, pythonException, tracebackOf } from './python-exception.ts';

/** What a Celery job's end means to the Python programs that know of it, before it is recorded here. */
export const createSettling = (parts: SideParts): Pick<Hooks, 'attempt' | 'settling'> => {
  /** When each run began, for telling which of its time limits it met. */
  const begun = new WeakMap<Attempt, number>();

  return {
    async attempt(attempt, next) {
      begun.set(attempt, Date.now());
      const notes = readNotes(attempt.foreign);
      if (notes !== undefined && parts.options.trackStarted) {
        const message = parts.messages.of(attempt, notes);
        const context = contextOf(parts);
        await parts.tell(planStarted(message, process.pid, context), { message, notes, context });
      }
      return next();
    },
    async settling(attempt, outcome) {
      const notes = readNotes(attempt.foreign);
      if (notes === undefined || outcome.kind === 'return') return;
      const message = parts.messages.of(attempt, notes);
      const context = contextOf(parts);
      const ranMs = Date.now() - (begun.get(attempt) ?? Date.now());
      const ended = { attempt, notes, message, context, ranMs };
      const plan = await planOf(parts, ended, outcome);
      await parts.tell(plan, { message, notes, context }, notes.tag);
      parts.messages.forget(attempt.jobId);
    },
  };
};

type Ended = {
  attempt: Attempt;
  notes: Notes;
  message: TaskMessage;
  context: OutcomeContext;
  ranMs: number;
};

const planOf = async (
  parts: SideParts,
  ended: Ended,
  outcome: Exclude<Outcome, { kind: 'return' }>,
): Promise<Plan> => {
  const { message, context } = ended;
  if (outcome.kind === 'complete') {
    const { tasks } = await parts.host;
    const task = tasks.named(message.task);
    const result = task === undefined ? outcome.result : resultForPython(task, outcome.result);
    return planSuccess(message, pythonValue(result), context);
  }
  const { thrown } = outcome;
  const exception = pythonException(thrown);
  const failure = { exception, traceback: tracebackOf(thrown, describeException(exception)) };
  if (outcome.kind === 'retry') {
    const { name, effects } = planRetry(message, failure, context);
    // It is this job that runs again, so no message is sent for it.
    return {
      name: `${name} ${ended.attempt.fence}`,
      effects: effects.filter(({ kind }) => kind === 'store'),
    };
  }
  switch (endOf(thrown)) {
    case 'revoked':
      return planRevoked(message, 'terminated', context);
    case 'expired':
      return planRevoked(message, 'expired', context);
    case 'timeout':
      return planFailure(message, { exception: timeLimitMet(ended) }, context);
    case 'unknown':
      return planFailure(
        message,
        { exception: celeryException.notRegistered(message.task) },
        context,
      );
    default:
      return planFailure(message, failure, context);
  }
};

/** A handler that stopped in time met the soft limit only. */
const timeLimitMet = ({ notes: { soft, hard }, ranMs }: Ended): PythonException => {
  const isHard = hard !== undefined && ranMs >= hard * 1_000;
  if (soft !== undefined && !isHard) return celeryException.softTimeLimit();
  return celeryException.timeLimit(hard ?? Math.round(ranMs / 1_000));
};
