import { randomBytes } from 'node:crypto';
import type { RedisConnection } from '@shared/queue';
import { RQ_PREFIX } from '../keys.ts';
import type { RqSettings } from '../options.ts';
import { type JobFields, jobFields, type RawFields } from '../wire/job-fields.ts';
import { preciseNow, rqSeconds, rqTime } from '../wire/times.ts';
import { rqCommands } from './commands.ts';

/** A run of a job: what its worker must name to keep or end it. */
export type RqRun = {
  queue: string;
  id: string;
  /** Empty in the form of RQ 1. */
  execution: string;
  worker: string;
};

/** A job that was taken and started. */
export type TakenRqJob = RqRun & { fields: JobFields; startedAt: string };

export type Ending = {
  kind: 'finished' | 'failed' | 'stopped' | 'again';
  /** In base64: a return value, or an exception's text; null for None. */
  value: string | null;
  startedAt: string;
  /** Another job that the worker still runs. */
  stillRuns: string | undefined;
  /** Seconds until a retry, instead of the job's own interval. */
  waitSeconds?: number | undefined;
  /** Of a job that returned a Retry. */
  again?: { max: number; atFront: boolean } | undefined;
};

/** Where a job went at its end; `stale` if it was somebody else's, `gone` if it was deleted. */
export type Ended = 'finished' | 'failed' | 'stopped' | 'queued' | 'scheduled' | 'gone' | 'stale';

/** RQ's bookkeeping of jobs, each step one script. */
export type RqStore = ReturnType<typeof createRqStore>;

/** As many in one script: a hundred jobs are about 5 ms of Redis. */
const MOST = 100;

export const createRqStore = (
  redis: RedisConnection,
  { queues, prefix, form }: Pick<RqSettings, 'queues' | 'prefix' | 'form'>,
) => {
  const commands = rqCommands(redis);
  const keys = [RQ_PREFIX, `${prefix}:rq:taken`] as const;

  const run = (name: keyof typeof commands, ...args: (string | number | Uint8Array)[]) => {
    const now = preciseNow();
    return commands[name](keys.length, ...keys, rqSeconds(now), rqTime(now), ...args);
  };

  return {
    takenKey: keys[1],

    /** Jobs in the order of the queues; `suspended` while nobody may take any. */
    async take(worker: string, wanted: number): Promise<TakenRqJob[] | 'suspended'> {
      const most = Math.min(wanted, MOST);
      const startedAt = rqSeconds(preciseNow());
      const executions = Array.from({ length: most }, () => randomBytes(16).toString('hex'));
      const found = await run('take', worker, most, form, queues.length, ...queues, ...executions);
      if (!Array.isArray(found)) return 'suspended';
      // The shape is what take.lua returns.
      const rows = found as [number, Buffer, Buffer, RawFields][];
      return rows.map(([place, id, execution, raw]) => ({
        queue: queues[place - 1] ?? '',
        id: id.toString(),
        execution: execution.toString(),
        worker,
        fields: jobFields(raw),
        startedAt,
      }));
    },

    /** `again` for a run that had begun already; `elsewhere` if the job is somebody else's by now, or over. */
    async begin({ worker, queue, id, execution }: RqRun): Promise<'first' | 'again' | 'elsewhere'> {
      return String(await run('begin', worker, queue, id, execution)) as 'first'; // One of those in begin.lua.
    },

    /** Gives signs of life; answers which are still this worker's to keep. */
    async hold(
      worker: string,
      runs: readonly RqRun[],
      stage: 'taken' | 'begun',
    ): Promise<boolean[]> {
      const args = runs.flatMap(({ queue, id, execution }) => [queue, id, execution, stage]);
      return ((await run('hold', worker, ...args)) as number[]).map((held) => held === 1);
    },

    async settle({ worker, queue, id, execution }: RqRun, ending: Ending): Promise<Ended> {
      const { kind, value, startedAt, stillRuns = '', waitSeconds = '', again } = ending;
      const given = value === null ? 0 : 1;
      const ended = await run(
        'settle',
        worker,
        queue,
        id,
        execution,
        kind,
        value ?? '',
        given,
        startedAt,
        stillRuns,
        waitSeconds,
        again?.max ?? '',
        again?.atFront === true ? 1 : 0,
      );
      return String(ended) as Ended; // One of those that settle.lua lists.
    },

    /** @param before in seconds: only if it was taken before that and has not begun. */
    giveBack: async (
      { worker, queue, id, execution }: RqRun,
      { stillRuns = '', before = '' }: { stillRuns?: string; before?: number | '' } = {},
    ): Promise<boolean> =>
      (await run('giveback', worker, queue, id, execution, stillRuns, before)) === 1,

    abandon: async (
      place: 'wip' | 'intermediate',
      queue: string,
      member: string,
      text: string,
    ): Promise<string> => String(await run('abandon', queue, member, place, text)),

    async recover(queue: string): Promise<{ queued: number; freed: number }> {
      // The shape is what recover.lua returns.
      const [queued, freed] = (await run('recover', queue)) as [number, number];
      return { queued, freed };
    },

    async enqueue(
      job: { queue: string; id: string; fields: readonly (string | number | Uint8Array)[] },
      how: {
        front: boolean;
        due: number | undefined;
        ttl: number | undefined;
        unique: boolean;
        parents: readonly string[];
      },
    ): Promise<'queued' | 'scheduled' | 'deferred' | 'taken'> {
      const { front, due = '', ttl = '', unique, parents } = how;
      const flags = [front ? 1 : 0, due, ttl, unique ? 1 : 0, parents.length];
      const args = [job.queue, job.id, ...flags, ...parents, ...job.fields];
      return String(await run('enqueue', ...args)) as 'queued'; // One of those that enqueue.lua lists.
    },

    schedule: async (lock: string, lockSeconds: number, names: readonly string[]) =>
      Number(await run('schedule', lock, lockSeconds, 1_000, ...names)),
  };
};
