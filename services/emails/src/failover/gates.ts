import { readFileSync } from 'node:fs';
import type { RedisConnection } from '@shared/queue';

/** At most `max` mails in `perMs`, spread evenly after the first burst. */
export type Rate = { max: number; perMs: number };

/** Why a provider is not asked now. */
export type Closed = { waitMs: number; why: 'open' | 'rate' };

/** What the fleet knows of its providers: who is down, who asked for patience, who has had enough. */
export type Gates = {
  /** @returns null if it may be given one mail. */
  admit(provider: string, rate: Rate | undefined): Promise<Closed | null>;
  succeeded(provider: string): Promise<void>;
  /**
   * @param holdMs how long it asked not to be asked.
   * @returns how long it is left alone, in ms.
   */
  failed(provider: string, holdMs: number): Promise<number>;
};

/** So many failures in a row, and a provider is left alone for a while, longer each time. */
const FAILURES_THAT_OPEN = 5;
const OPEN_MS = 15_000;
const LONGEST_OPEN_MS = 300_000;
/** How long the mail that tries whether an outage is over may take before another one tries. */
const PROBE_MS = 60_000;

const script = readFileSync(new URL('./gate.lua', import.meta.url), 'utf8');

export const openGates = ({
  redis,
  prefix,
  openMs = OPEN_MS,
}: {
  redis: RedisConnection;
  prefix: string;
  /** How long a provider is left alone the first time. */
  openMs?: number;
}): Gates => {
  const call = async (provider: string, ...args: (string | number)[]) =>
    // The script returns a pair of these, as its head says.
    (await redis.eval(script, 1, `{${prefix}}:mail:${provider}`, ...args)) as [number, string];
  return {
    async admit(provider, rate) {
      const [max, perMs] = [rate?.max ?? 0, rate?.perMs ?? 0];
      const [waitMs, why] = await call(provider, 'admit', max, perMs, FAILURES_THAT_OPEN, PROBE_MS);
      return waitMs === 0 ? null : { waitMs, why: why === 'rate' ? 'rate' : 'open' };
    },
    async succeeded(provider) {
      await call(provider, 'succeeded');
    },
    async failed(provider, holdMs) {
      const times = [FAILURES_THAT_OPEN, openMs, LONGEST_OPEN_MS, holdMs];
      const [leftAloneMs] = await call(provider, 'failed', ...times);
      return leftAloneMs;
    },
  };
};
