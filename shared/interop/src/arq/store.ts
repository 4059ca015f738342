import type { RedisConnection } from '@shared/queue';
import { arqCommands } from './commands.ts';
import { isCron } from './foreign.ts';
import type { ArqJob } from './job.ts';
import { arqKeys, TRIES_KEPT_SECONDS } from './keys.ts';
import { LOCK, LOCK_MS, lockOfRun } from './lock.ts';
import { type ArqResult, writeResult } from './result.ts';
import type { ArqSettings } from './options.ts';

/** A job that was taken: locked, its try counted. */
export type TakenArqJob = {
  queue: string;
  id: string;
  /** When it was due, in ms since the epoch. */
  score: number;
  /** What its client wrote; null when that has expired. */
  written: Uint8Array | null;
  tryNumber: number;
  aborted: boolean;
};

/** A run that may go on. */
export type Claim = { tryNumber: number; written: Uint8Array | null };

/** Whose end it is: of a run, by its fence, or of a job that never ran. */
export type Ended = { queue: string; id: string; fence: number | null };

/** ARQ's bookkeeping of jobs, each step one script. */
export type ArqStore = ReturnType<typeof createArqStore>;

/** A cron job's lock outlives it, so that no second worker runs the same tick. */
const CRON_LOCK_MS = 60_000;

export const createArqStore = (
  redis: RedisConnection,
  { queues, serializer, keepResultMs }: ArqSettings,
) => {
  const commands = arqCommands(redis);
  return {
    async take(most: number): Promise<TakenArqJob[]> {
      const found = await commands.take(queues.length, ...queues, Date.now(), most, LOCK_MS, LOCK);
      // The shape is what take.lua returns.
      const rows = found as [number, Buffer, Buffer, Buffer | null, number, number][];
      return rows.map(([index, id, score, written, tryNumber, aborted]) => ({
        queue: queues[index - 1] ?? '',
        id: id.toString(),
        score: Number(score.toString()),
        written,
        tryNumber,
        aborted: aborted === 1,
      }));
    },

    /** Undefined if the job is somebody else's by now, or over. */
    async claim({ queue, id, fence }: Ended & { fence: number }): Promise<Claim | undefined> {
      const claimed = await commands.claim(1, queue, id, LOCK_MS, LOCK, lockOfRun(fence));
      if (claimed === null) return undefined;
      const [tryNumber, written] = claimed as [number, Buffer | null];
      return { tryNumber, written };
    },

    /** Keeps locks alive; answers which of them are still as they were. */
    async hold(locks: readonly { id: string; fence: number | null }[]): Promise<boolean[]> {
      const held = await commands.hold(
        locks.length,
        ...locks.map(({ id }) => arqKeys.inProgress(id)),
        LOCK_MS,
        ...locks.map(({ fence }) => (fence === null ? LOCK : lockOfRun(fence))),
      );
      return (held as number[]).map((kept) => kept === 1);
    },

    /** False if the job is somebody else's by now, or was over. */
    async finish({ queue, id, fence }: Ended, result: ArqResult): Promise<boolean> {
      const cron = isCron(result.job.name);
      const kept = cron || keepResultMs === 0 ? '' : Buffer.from(writeResult(serializer, result));
      const lock = fence === null ? LOCK : lockOfRun(fence);
      const anyOfOurs = fence === null ? 1 : 0;
      const keepMs = keepResultMs ?? 0;
      const done = await commands.finish(
        1,
        queue,
        id,
        kept,
        keepMs,
        lock,
        anyOfOurs,
        cron ? CRON_LOCK_MS : 0,
      );
      return done === 1;
    },

    /** @param dueAt null leaves it as it is, and takes the try back. */
    async giveBack({ queue, id }: Pick<Ended, 'queue' | 'id'>, dueAt: number | null) {
      await commands.giveback(1, queue, id, dueAt ?? '', LOCK, dueAt === null ? 1 : 0);
    },

    /** What a client wrote, if it is still there. */
    written: (id: string): Promise<Uint8Array | null> => redis.getBuffer(arqKeys.job(id)),

    setTries: async (id: string, tries: number): Promise<void> => {
      await redis.setex(arqKeys.tries(id), TRIES_KEPT_SECONDS, tries);
    },

    tries: async (id: string): Promise<number> => Number((await redis.get(arqKeys.tries(id))) ?? 1),
  };
};

/** As ARQ fills in what it does not know. */
export const resultOf = (
  job: ArqJob,
  { queue, id }: Pick<Ended, 'queue' | 'id'>,
  outcome: Pick<ArqResult, 'success' | 'value' | 'tryNumber'> & { startedAt?: number },
): ArqResult => {
  const now = Date.now();
  return { startedAt: now, ...outcome, job, finishedAt: now, queue, jobId: id };
};
