import { writableException } from '../exceptions.ts';
import { OP } from '../opcodes.ts';
import type { PyException } from '../values/value.ts';
import { global, leaf, nothing, ops, planned, type Plan, type PlanTools } from './plan.ts';

/**
 * An exception that every client can load: one more class than they have, and ARQ's `all_job_results()`
 * fails for all results.
 */
export const exception = (value: PyException, { refusal }: PlanTools): Plan => {
  const { module, args, state } = value;
  const name = writableException(module, value.name);
  if (name === undefined) {
    throw refusal(`not every Python program could load the exception ${module}.${value.name}`);
  }
  const raised: Plan = {
    ...leaf(global(module, name)),
    parts: [args],
    close: ops(OP.REDUCE),
  };
  if (state === null) return raised;
  return { ...leaf(nothing), parts: [planned(raised), state], close: ops(OP.BUILD) };
};
