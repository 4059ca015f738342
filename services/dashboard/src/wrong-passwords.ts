import type { RedisConnection } from '@shared/queue';

export type WrongPasswords = {
  /** How long until the next password is looked at; 0 = now. */
  waitMs(attempt: { name: string; address: string }): Promise<number>;
  count(attempt: { name: string; address: string }): Promise<void>;
};

const WINDOW_MS = 15 * 60_000;
const MOST_FROM_ADDRESS = 10;
/** Higher, because strangers can use it up: somebody must guess from many addresses to get here. */
const MOST_FOR_NAME = 100;

// KEYS the counters. Counts one wrong password on each, for ARGV[1] ms from the first. Returns nothing.
const COUNT = `
for _, key in ipairs(KEYS) do
  if redis.call('INCR', key) == 1 then redis.call('PEXPIRE', key, ARGV[1]) end
end`;

/** Counts wrong passwords per address and per name, for all dashboards together. */
export const createWrongPasswords = ({
  redis,
  prefix,
}: {
  redis: RedisConnection;
  prefix: string;
}): WrongPasswords => {
  // A queue's name holds no "/", so that no key of a queue is ever like these.
  const limitsOf = ({ name, address }: { name: string; address: string }) => [
    { key: `{${prefix}}:dashboard/wrong/from/${address}`, most: MOST_FROM_ADDRESS },
    { key: `{${prefix}}:dashboard/wrong/for/${name.slice(0, 64)}`, most: MOST_FOR_NAME },
  ];
  return {
    async waitMs(attempt) {
      for (const { key, most } of limitsOf(attempt)) {
        if (Number(await redis.get(key)) >= most) return Math.max(await redis.pttl(key), 1);
      }
      return 0;
    },
    async count(attempt) {
      const keys = limitsOf(attempt).map(({ key }) => key);
      await redis.eval(COUNT, keys.length, ...keys, WINDOW_MS);
    },
  };
};
