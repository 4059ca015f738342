import { z } from 'zod';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';

/** A task whose jobs fail at once, since they killed one worker after another. */
export type QuarantinedTask = {
  task: string;
  since: Date;
  /** How many workers died, each with nothing beside the job. */
  crashes: number;
  /** How many jobs it took for that. */
  jobs: number;
};

type Place = { redis: RedisConnection; keys: Keys };

/** As recover.lua writes it. */
const schema = z.object({ since: z.number(), crashes: z.number(), jobs: z.number() });

/** The quarantined tasks, by name. */
export const quarantinedTasks = async ({ redis, keys }: Place): Promise<QuarantinedTask[]> => {
  const found = Object.entries(await redis.hgetall(keys.quarantine));
  return found
    .map(([task, json]) => {
      const { since, crashes, jobs } = schema.parse(JSON.parse(json));
      return { task, since: new Date(since), crashes, jobs };
    })
    .sort((a, b) => (a.task < b.task ? -1 : 1));
};

/** Lets the task's jobs run again; its crashes so far count no more. Returns whether it was quarantined. */
export const liftQuarantine = async ({ redis, keys }: Place, task: string): Promise<boolean> => {
  const [removed] =
    (await redis.multi().hdel(keys.quarantine, task).del(keys.crashes(task)).exec()) ?? [];
  return removed?.[1] === 1;
};

/** What a worker knows of quarantined tasks; costs the jobs of others nothing. */
export type QuarantineWatch = Disposable & {
  /** Whether the task is quarantined; asks Redis only if it was when it was last looked at. */
  holds(task: string): Promise<boolean> | false;
};

/** Looks which tasks are quarantined, now and every `intervalMs`. */
export const watchQuarantine = async (
  { redis, keys }: Place,
  intervalMs: number,
): Promise<QuarantineWatch> => {
  let known = new Set<string>();

  const look = async () => {
    known = new Set(await redis.hkeys(keys.quarantine));
  };
  await look();
  const timer = setInterval(() => {
    // While Redis is away nobody is given a job either.
    look().catch(() => undefined);
  }, intervalMs);

  const isStill = async (task: string) => (await redis.hexists(keys.quarantine, task)) === 1;

  return {
    holds: (task) => known.has(task) && isStill(task),
    [Symbol.dispose]: () => clearInterval(timer),
  };
};
