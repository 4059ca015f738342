import { constants } from 'node:os';
import { JobTimeoutError } from '@shared/errors';
import type { Attempt, Hooks, Outcome } from '@shared/queue';
import { taskEvent } from '../events/event.ts';
import { actionsOf, beginRun } from '../handler/celery-run.ts';
import { createIsolatedHook } from '../handler/isolated-run.ts';
import { verdictOf } from '../handler/verdict.ts';
import { planStarted } from '../outcome/plan-progress.ts';
import { type Notes, readNotes } from '../side/notes.ts';
import type { SideParts } from '../side/parts.ts';
import { contextOf } from './context-of.ts';
import type { Run } from './ended.ts';
import { planEnd } from './plan-end.ts';
import { runActions } from './run-actions.ts';

/** What a Celery job's beginning and end mean to the programs that know of it, told before they are recorded here. */
export const createSettling = (
  parts: SideParts,
): Pick<Hooks, 'attempt' | 'settling' | 'isolated'> => {
  const { census, events, messages, options } = parts;
  const runs = new WeakMap<Attempt, Run>();

  const open = (attempt: Attempt, notes: Notes): Run => {
    const message = messages.of(attempt, notes);
    const run: Run = {
      notes,
      message,
      startedMs: Date.now(),
      children: [],
      verdict: undefined,
      thrown: undefined,
    };
    runs.set(attempt, run);
    return run;
  };

  const begin = async (attempt: Attempt, notes: Notes): Promise<Run> => {
    const run = open(attempt, notes);
    const { message } = run;
    beginRun(attempt, runActions(parts, run, attempt));
    census.started(message.task);
    events.task('task-started', () => taskEvent.started(message.id));
    if (options.trackStarted) {
      const context = contextOf(parts);
      await parts.tell(planStarted(message, process.pid, context), { message, notes, context });
    }
    return run;
  };

  const settle = async (
    attempt: Attempt,
    notes: Notes,
    outcome: Exclude<Outcome, { kind: 'return' }>,
  ) => {
    // One that never ran was cancelled, or has expired.
    const run = runs.get(attempt) ?? open(attempt, notes);
    const context = { ...contextOf(parts), children: run.children };
    const { tasks } = await parts.host;
    const ended = {
      ...run,
      attempt,
      context,
      ranMs: Date.now() - run.startedMs,
      terminatedBy: signalNumber(census.terminated.get(attempt.jobId)),
    };
    const { plan, event } = planEnd(ended, outcome, { tasks, options });
    const tell = () => event !== undefined && events.task(...event);
    // What goes out again is received again at once, and that must not be heard of before this.
    const goesOut = event?.[0] === 'task-rejected' || event?.[0] === 'task-retried';
    if (goesOut) tell();
    await parts.tell(plan, { message: run.message, notes, context }, notes.tag);
    if (!goesOut) tell();
    census.terminated.delete(attempt.jobId);
    if (outcome.kind !== 'retry') messages.forget(attempt.jobId);
  };

  const { nodename, timezone } = options;
  return {
    isolated: createIsolatedHook({ nodename, timezone }, actionsOf),
    async attempt(attempt, next) {
      const notes = readNotes(attempt.foreign);
      if (notes === undefined) return next();
      const run = await begin(attempt, notes);
      try {
        return await next();
      } catch (error) {
        const verdict = verdictOf(error);
        if (verdict !== undefined) {
          run.verdict = verdict;
          return null;
        }
        // Whoever caught the soft limit may still do well, or fail by an error of its own.
        if (
          error instanceof JobTimeoutError &&
          error.late !== undefined &&
          notes.soft !== undefined
        ) {
          return error.late.result;
        }
        run.thrown = error;
        throw error;
      }
    },
    async settling(attempt, outcome) {
      const notes = readNotes(attempt.foreign);
      if (notes === undefined || outcome.kind === 'return') return;
      await settle(attempt, notes, outcome);
    },
  };
};

const signalNumber = (name: string | undefined): number | undefined =>
  name === undefined ? undefined : constants.signals[name as NodeJS.Signals];
