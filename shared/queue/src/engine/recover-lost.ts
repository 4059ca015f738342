import type { Keys } from '../keys.ts';
import type { CrashBudget } from '../worker/crash-budget.ts';
import type { Scripts } from './scripts.ts';

export type Recovery = {
  /** How many losses, within how long, take a job or a task out of service; see recover.lua. */
  crashBudget: CrashBudget;
  keepFailedMs: number;
  intervalMs: number;
};

/**
 * Gives back the jobs of these queues whose locks have lapsed, or ends them; see recover.lua.
 *
 * @returns their ids.
 */
export const recoverLost = async (
  { scripts, keys }: { scripts: Scripts; keys: Keys },
  queues: readonly string[],
  { crashBudget, keepFailedMs, intervalMs }: Recovery,
): Promise<string[]> => {
  const found: string[] = [];
  for (const queue of queues) {
    const ids = await scripts.recover(
      1,
      keys.base(queue),
      Date.now(),
      crashBudget.crashes,
      keys.jobChannel,
      keepFailedMs,
      Math.max(intervalMs - 50, 1),
      crashBudget.windowMs,
    );
    found.push(...(ids as string[])); // recover.lua returns ids.
  }
  return found;
};
