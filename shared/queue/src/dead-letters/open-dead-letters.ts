import type { Logger } from '@shared/service';
import { scriptsOf } from '../engine/scripts.ts';
import { keysOf } from '../keys.ts';
import { parseRedisAddress } from '../redis/address.ts';
import { connectRedis } from '../redis/connect.ts';
import { whileAvailable } from '../redis/unavailable.ts';
import { findJobs, type Page } from '../search/search-jobs.ts';
import type { SearchAccess } from '../search/walk.ts';
import { actOn, type BulkOutcome } from './act.ts';
import {
  type DeadLetter,
  type DeadLetterFilter,
  deadLetterOf,
  toJobFilter,
} from './dead-letter.ts';
import { liftQuarantine, type QuarantinedTask, quarantinedTasks } from './quarantine.ts';
import { redrive, type RedriveOptions } from './redrive.ts';
import { eachDeadLetter, type Selection } from './select.ts';

/**
 * The jobs that failed for good: kept with payload and history until they are redriven, deleted, or
 * their `keepFailedMs` is over. Every method throws {@link InvalidOptionError} for what cannot be asked
 * and {@link QueueUnavailableError} while Redis does not answer.
 */
export type DeadLetters = AsyncDisposable & {
  /** The latest first. A page may be short and not be the last: that one's cursor is null. */
  list(
    filter?: DeadLetterFilter,
    page?: Page,
  ): Promise<{ deadLetters: DeadLetter[]; cursor: string | null }>;
  count(filter?: DeadLetterFilter): Promise<number>;
  /**
   * Puts jobs back to work: attempts begin anew, the history of errors and the fence go on, an expiry
   * holds no more. A quarantined job runs alone in its worker. A job of a flow is run itself; what
   * failed because of it stays failed.
   */
  redrive(selection: Selection, options?: RedriveOptions): Promise<BulkOutcome>;
  /** Deletes jobs with all that is kept of them. */
  delete(selection: Selection, options?: { dryRun?: boolean }): Promise<BulkOutcome>;
  /** The tasks whose jobs fail at once since they killed one worker after another. */
  quarantinedTasks(): Promise<QuarantinedTask[]>;
  /**
   * Lets a task's jobs run again, at once. Those that failed meanwhile are redriven by
   * `redrive({ task, code: 'task_quarantined' })`.
   *
   * @returns whether it was quarantined.
   */
  liftQuarantine(task: string): Promise<boolean>;
};

/** @param options.prefix start of every key, `taskyard` unless told. */
export const openDeadLetters = ({
  redisUrl,
  prefix = 'taskyard',
  log,
}: {
  redisUrl: string;
  prefix?: string;
  log?: Logger;
}): DeadLetters => {
  const { shown } = parseRedisAddress(redisUrl);
  const redis = connectRedis({
    url: redisUrl,
    name: 'taskyard:dead-letters',
    ...(log ? { log } : {}),
  });
  const access: SearchAccess = { redis, keys: keysOf(prefix), scripts: scriptsOf(redis) };

  return {
    list: (filter = {}, page = {}) =>
      whileAvailable(shown, async () => {
        const { jobs, cursor } = await findJobs(access, toJobFilter(filter), page);
        return { deadLetters: jobs.map(deadLetterOf), cursor };
      }),

    count: (filter = {}) =>
      whileAvailable(shown, async () => {
        let count = 0;
        for await (const jobs of eachDeadLetter(access, filter)) count += jobs.length;
        return count;
      }),

    redrive: (selection, options = {}) =>
      whileAvailable(shown, () => redrive(access, selection, options)),

    delete: (selection, { dryRun = false } = {}) =>
      whileAvailable(shown, () =>
        actOn(access, selection, dryRun, async (bases, jobs) => {
          const pairs = jobs.flatMap(({ index, jobId }) => [index, jobId]);
          const answers = await access.scripts.bury(
            bases.length,
            ...bases,
            dryRun ? 1 : 0,
            ...pairs,
          );
          return answers as string[]; // What bury.lua returns.
        }),
      ),

    quarantinedTasks: () => whileAvailable(shown, () => quarantinedTasks(access)),
    liftQuarantine: (task) => whileAvailable(shown, () => liftQuarantine(access, task)),

    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
};
