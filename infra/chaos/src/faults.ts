import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from './fleet.ts';
import type { MortalRedis } from './redis.ts';

type Target = { fleet: Fleet; redis: MortalRedis; random: () => number; lockMs: number };

/** What is done to the platform, by what it is called in the report. */
const FAULTS: Readonly<Record<string, (target: Target) => Promise<void>>> = {
  'worker killed': async ({ fleet, random }) => fleet.any(random)?.signal('SIGKILL'),
  'worker told to stop': async ({ fleet, random }) => fleet.any(random)?.signal('SIGTERM'),
  // Long enough for its locks to lapse, so that others run its jobs while it still believes in them.
  'worker paused': async ({ fleet, random, lockMs }) => {
    const worker = fleet.any(random);
    worker?.signal('SIGSTOP');
    await sleep(lockMs * 2);
    worker?.signal('SIGCONT');
  },
  'Redis killed': ({ redis }) => redis.crash(),
  'Redis paused': ({ redis, random }) => redis.hang(500 + random() * 2_000),
};

/** One after the other, at random, until the signal aborts; resolves to how often each was done. */
export const doHarm = async (
  target: Target,
  signal: AbortSignal,
): Promise<Record<string, number>> => {
  const names = Object.keys(FAULTS);
  const done = Object.fromEntries(names.map((name) => [name, 0]));
  while (!signal.aborted) {
    const name = names[Math.floor(target.random() * names.length)] ?? '';
    await FAULTS[name]?.(target);
    done[name] = (done[name] ?? 0) + 1;
    await sleep(300 + target.random() * 1_500, undefined, { signal }).catch(() => undefined);
  }
  return done;
};
