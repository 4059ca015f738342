import { type LimitRule, rulesOfTask, sharedLimitNames, type Task } from '@shared/contracts';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';

/** A rule that an operator set stays, whatever the contracts say, until it is reset. */
const BY_OPERATOR = 'operator';

/** Writes the rules that tasks bring along, where no operator has set another. */
export const publishRules = async (
  redis: RedisConnection,
  keys: Keys,
  tasks: readonly Task[],
): Promise<void> => {
  for (const [name, rule] of new Map(tasks.flatMap(rulesOfTask))) {
    const source = await redis.hget(keys.limit(name), 'source');
    if (source !== BY_OPERATOR) await writeRule(redis, keys.limit(name), rule, 'contract');
  }
};

/** Sets a limit's rule for the whole fleet, at once; an empty rule lets everything through. */
export const setRule = (
  redis: RedisConnection,
  keys: Keys,
  name: string,
  rule: LimitRule,
): Promise<void> => writeRule(redis, keys.limit(name), rule, BY_OPERATOR);

const writeRule = async (
  redis: RedisConnection,
  key: string,
  { concurrency, rate }: LimitRule,
  source: string,
) => {
  const fields = {
    source,
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(rate === undefined ? {} : { max: rate.max, perMs: rate.perMs }),
  };
  await redis.multi().hdel(key, 'concurrency', 'max', 'perMs').hset(key, fields).exec();
};

/**
 * Holds every limit that the task shares until the moment that a provider asked for: one 429 slows
 * all tasks of the provider, on every worker.
 */
export const holdSharedLimits = async (
  redis: RedisConnection,
  keys: Keys,
  task: Task,
  holdMs: number,
): Promise<void> => {
  const until = Date.now() + holdMs;
  await Promise.all(
    sharedLimitNames(task).map((name) => redis.hset(keys.limit(name), 'until', until)),
  );
};
