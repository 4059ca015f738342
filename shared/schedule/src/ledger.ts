import type { RedisConnection } from '@shared/queue';
import type { ScheduleEntry } from './entry.ts';

/**
 * The newest tick of each entry that has been dealt with, kept in Redis for the next leader. A tick
 * counts for the rule it was made by: an entry whose rule was changed has none.
 */
export type Ledger = {
  lastTick(entry: ScheduleEntry): Promise<Date | undefined>;
  /** Notes a tick unless a newer one of the same rule stands there. */
  record(entry: ScheduleEntry, due: Date): Promise<void>;
};

// KEYS[1] the ledger; ARGV[1] entry, ARGV[2] due time, ARGV[3] rule. A value is "<due time> <rule>",
// the due time 24 characters that sort by time. Returns nothing.
const RECORD = `
local noted = redis.call('HGET', KEYS[1], ARGV[1])
if noted and string.sub(noted, 26) == ARGV[3] and string.sub(noted, 1, 24) >= ARGV[2] then return end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. ARGV[3])`;

const DUE_LENGTH = '2026-10-04T01:00:00.000Z'.length;

export const createLedger = ({ redis, key }: { redis: RedisConnection; key: string }): Ledger => ({
  async lastTick({ name, rule }) {
    const noted = await redis.hget(key, name);
    return noted !== null && noted.slice(DUE_LENGTH + 1) === rule.text
      ? new Date(noted.slice(0, DUE_LENGTH))
      : undefined;
  },
  async record({ name, rule }, due) {
    await redis.eval(RECORD, 1, key, name, due.toISOString(), rule.text);
  },
});
