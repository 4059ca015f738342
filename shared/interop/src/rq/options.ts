import { hostname } from 'node:os';
import { InvalidOptionError } from '@shared/errors';
import type { Logger } from '@shared/service';

export type RqSideOptions = {
  /** RQ's Redis and database, as in `redis://127.0.0.1:6379/1`. */
  redisUrl: string;
  /** Taken from in this order, strictly; none for a worker that only runs what a bridge brought in. */
  queues: readonly string[];
  /** What `rq info` calls this worker; host and pid unless told. */
  name?: string | undefined;
  /** Of our own keys in RQ's Redis; `taskyard` unless told. */
  prefix?: string | undefined;
  /**
   * How running jobs are noted: `2` as RQ 2 and 3 do, `1` as RQ 1 does, `auto` unless told: as the
   * client that enqueued the job does.
   */
  form?: 'auto' | '1' | '2' | undefined;
  /** Whether to queue what is due, beside or instead of RQ's own scheduler; true unless told. */
  scheduler?: boolean | undefined;
  /**
   * What becomes of a job whose worker died while it ran: `fail` unless told, which is RQ's own rule (failed
   * with AbandonedJobError, or tried again if it has retries left); `rerun` runs it again.
   */
  abandoned?: 'fail' | 'rerun' | undefined;
  /** How often signs of life are given, and the dead looked for; 15,000 unless told, at most 30,000. */
  beatMs?: number | undefined;
  /** Called when a client asks the worker to shut down; ends the process as SIGTERM does unless told. */
  shutDown?: (() => void) | undefined;
  log: Logger;
};

export type RqSettings = Required<{
  [Name in keyof RqSideOptions]: NonNullable<RqSideOptions[Name]>;
}>;

/** @throws {InvalidOptionError} for what RQ's clients could not read. */
export const resolveRqOptions = (options: RqSideOptions): RqSettings => {
  const { queues, name = `${hostname()}.${process.pid}`, prefix = 'taskyard' } = options;
  const { form = 'auto', scheduler = true, beatMs = 15_000, abandoned = 'fail' } = options;
  const bad = queues.find((queue) => queue === '' || queue.includes(','));
  if (bad !== undefined) {
    throw new InvalidOptionError(
      'queues',
      `"${bad}" is no RQ queue`,
      'Name queues without commas.',
    );
  }
  if (name === '') throw new InvalidOptionError('name', 'it is empty', 'Give the worker a name.');
  if (!(beatMs >= 100 && beatMs <= 30_000)) {
    throw new InvalidOptionError('beatMs', `${beatMs} is out of range`, 'Give 100 to 30,000 ms.');
  }
  const shutDown = options.shutDown ?? (() => void process.kill(process.pid, 'SIGTERM'));
  return { ...options, queues, name, prefix, form, scheduler, beatMs, abandoned, shutDown };
};
