import type { Attempt } from '@shared/queue';
import type { RunActions } from '../handler/celery-run.ts';
import { payloadOfCall } from '../../tasks/payload-of-call.ts';
import { pythonValue as fromJs } from '../../tasks/python-value.ts';
import { resultForPython } from '../../tasks/result-for-python.ts';
import { canvasOf } from '../outcome/context.ts';
import { planState } from '../outcome/plan-progress.ts';
import { planAddToChord } from '../outcome/plan-replace.ts';
import type { SideParts } from '../side/parts.ts';
import { contextOf } from './context-of.ts';
import type { Run } from './ended.ts';
import { unlockChord } from './unlock-chord.ts';

/** What a handler can have done for its task while it runs; under names that a second run repeats. */
export const runActions = (parts: SideParts, run: Run, attempt: Attempt): RunActions => {
  const { message, notes, children } = run;
  let count = 0;
  const next = () => {
    count += 1;
    return String(count);
  };

  return {
    message,
    nodename: parts.options.nodename,
    async updateState(state, meta = null) {
      const context = { ...contextOf(parts), children };
      const plan = planState(message, { state, meta: fromJs(meta) }, context);
      await parts.tell(plan, { message, notes, context });
    },
    async addToChord(signature) {
      const context = contextOf(parts);
      const plan = planAddToChord(message, signature, context, next());
      await parts.tell(plan, { message, notes, context });
      children.push(plan.result);
      return plan.result;
    },
    result: parts.results.result,
    async send(signature, args) {
      const context = contextOf(parts);
      const purpose = `send ${next()}`;
      const canvas = canvasOf(message, context, purpose);
      const result = canvas.apply(signature, { args: args.map((arg) => fromJs(arg)) });
      const name = `${message.id}:${message.retries}:${purpose}`;
      await parts.tell({ name, effects: canvas.effects }, { message, notes, context });
      children.push(...canvas.children);
      return result;
    },
    async perform(name, call) {
      const { tasks, worker } = await parts.host;
      const task = tasks.named(name);
      if (task === undefined || worker === null) return undefined;
      const done = await worker.perform(attempt, task.name, payloadOfCall(task, call));
      return done && { result: resultForPython(task, done.result) };
    },
    unlockChord: (chord, header) => unlockChord(parts, run, chord, header),
  };
};
