import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks until it no longer throws, and gives what it returned; for facts that announce themselves by
 * no event. After `timeoutMs` (15 seconds) it throws what the last try threw.
 */
export const eventually = async <Value>(
  attempt: () => Value | Promise<Value>,
  { timeoutMs = 15_000, everyMs = 25 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<Value> => {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() >= deadline) throw error;
      await sleep(everyMs);
    }
  }
};
