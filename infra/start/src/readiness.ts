import { setTimeout as sleep } from 'node:timers/promises';

const READY_WITHIN_MS = 60_000;
const POLL_MS = 150;
const ANSWER_WITHIN_MS = 2_000;

/** Waits until all are ready, at most a minute or until `stop` aborts, and gives those that are. */
export const areReady = async <One extends { readyAddresses: readonly string[] }>(
  all: readonly One[],
  stop: AbortSignal,
  { timeoutMs = READY_WITHIN_MS }: { timeoutMs?: number } = {},
): Promise<Set<One>> => {
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([stop, deadline]);
  const ready = await Promise.all(
    all.map(async (one) => ((await becomesReady(one.readyAddresses, signal)) ? [one] : [])),
  );
  return new Set(ready.flat());
};

const becomesReady = async (addresses: readonly string[], signal: AbortSignal) => {
  while (!signal.aborted) {
    const answers = await Promise.all(addresses.map((address) => isReady(address, signal)));
    if (answers.includes(true)) return true;
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
};

const isReady = async (address: string, stop: AbortSignal) => {
  try {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const response = await fetch(address, { signal });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false; // It does not listen yet.
  }
};
