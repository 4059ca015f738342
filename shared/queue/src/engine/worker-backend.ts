import {
  type MinimalJob,
  QueueKeys,
  raw2NextJobData,
  RedisConnection as BullConnection,
  RedisQueueBackend,
} from 'bullmq';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import type { Scripts } from './scripts.ts';

/** How a job leaves a worker's hands; what each field means stands in settle.lua. */
export type Settlement = {
  kind: 'complete' | 'fail' | 'retry' | 'return';
  /** The result as JSON, or the failed reason. */
  value?: string;
  /** Attempts used up, this one included. */
  made?: number;
  /** How long the record is kept, or how long to wait for the next attempt. */
  ms?: number;
  error?: { field: string; json: string; code: string };
};

/** A job that a worker of this process holds. */
export type TakenJob = {
  /** Its queue's place in the order of precedence. */
  index: number;
  queue: string;
  id: string;
  token: string;
  /** Field, value, field, value, as stored. */
  fields: readonly string[];
  /** How long its result is kept; set while it runs. */
  keepResultMs: number;
  /** Where it waited; empty for most. */
  lane: string;
  /** Whether other jobs wait for it. */
  awaited: boolean;
  /** Where it is found by its tags and its group; empty for most. */
  indexedUnder: string;
};

type Turn = {
  settlements: { taken: TakenJob; settlement: Settlement; done: (code: number) => void }[];
  wants: { token: string; got: (next: NextJob) => void }[];
  fail: ((error: unknown) => void)[];
};

/** BullMQ's four: job, id, rate-limited for ms, next due in ms. */
type NextJob = ReturnType<typeof raw2NextJobData>;

type SettleReply = [
  codes: number[],
  jobs: [number, string, string, string[]][],
  due: number,
  limited: number,
  releases: number,
];

const NO_LOCK = -2;
const SOMEBODY_ELSES_LOCK = -6;

/** BullMQ's name for a worker whose queues are several; never part of a key that is written. */
const VIRTUAL_QUEUE = 'worker';

/** How many losses are counted together: two unclean deploys a week apart are no crash loop. */
const LOSSES_WINDOW_MS = 3_600_000;

/** A script blocks Redis while it runs: 100 jobs are about 4 ms. */
const MAX_BATCH = 100;

/** Several batches on their way at once, or Redis and the worker would wait for each other in turn. */
const BATCHES_IN_FLIGHT = 2;

const MAX_RELEASES = 200;

export type Recovery = {
  /** How often a job may be lost with its worker before it is failed. */
  maxLost: number;
  keepFailedMs: number;
  intervalMs: number;
};

/**
 * BullMQ's Redis backend for a worker that serves several queues with one pool of slots, in strict
 * order. BullMQ's worker keeps its loop, its locks and its shutdown; what one turn of the event loop
 * settles and takes goes to Redis as one script.
 */
export class WorkerBackend extends RedisQueueBackend {
  readonly #scripts: Scripts;
  readonly #keys: Keys;
  readonly #queues: readonly string[];
  readonly #bases: readonly string[];
  readonly #workerName: string;
  readonly #lockMs: number;
  readonly #recovery: Recovery;
  readonly #maxBatch: number;
  readonly #order: () => string;
  readonly #taken = new Map<string, TakenJob>();
  #turn: Turn | undefined;

  constructor(options: {
    redis: RedisConnection;
    blocking: RedisConnection;
    scripts: Scripts;
    keys: Keys;
    queues: readonly string[];
    workerName: string;
    lockMs: number;
    concurrency: number;
    recovery: Recovery;
    /** Places of the queues, from 1, in the order they are to be served now. */
    order: () => string;
  }) {
    const { redis, blocking, keys, queues } = options;
    const bullKeys = new QueueKeys(keys.root);
    const virtual = bullKeys.getKeys(VIRTUAL_QUEUE);
    // BZPOPMIN takes several keys, and ioredis flattens arrays: the worker sleeps on all its queues.
    const markers = queues.map((queue) => `${keys.base(queue)}marker`) as unknown as string;
    // The backend reads `prefix`, which its constructor's type leaves out.
    const bullOptions = { connection: redis, prefix: keys.root };
    super(
      new BullConnection(redis, { shared: true, blocking: false }),
      VIRTUAL_QUEUE,
      { ...virtual, marker: markers },
      (type) => bullKeys.toKey(VIRTUAL_QUEUE, type),
      bullOptions,
      new BullConnection(blocking, { shared: false, blocking: true }),
    );
    this.#scripts = options.scripts;
    this.#keys = keys;
    this.#queues = queues;
    this.#bases = queues.map(keys.base);
    this.#workerName = options.workerName;
    this.#lockMs = options.lockMs;
    this.#recovery = options.recovery;
    this.#order = options.order;
    this.#maxBatch = Math.min(Math.ceil(options.concurrency / BATCHES_IN_FLIGHT), MAX_BATCH);
  }

  /** The job that a token holds. */
  takenBy(token: string): TakenJob | undefined {
    return this.#taken.get(token);
  }

  override moveToActive(token: string): Promise<NextJob> {
    return this.#take(token);
  }

  override async moveToCompleted(
    job: MinimalJob,
    returnValue: unknown,
    _removeOnComplete: unknown,
    token: string,
    fetchNext: boolean,
  ): Promise<{ result: void | NextJob; finishedOn: number }> {
    const taken = this.#taken.get(token);
    if (taken === undefined) throw this.#lostJob(NO_LOCK, job.id ?? '');
    const next = fetchNext && this.closing === undefined ? this.#take(token) : undefined;
    try {
      await this.settle(taken, {
        kind: 'complete',
        value: JSON.stringify(returnValue) ?? 'null',
        made: job.attemptsMade + 1,
        ms: taken.keepResultMs,
      });
    } catch (error) {
      await this.#giveBack(token, next);
      throw error;
    }
    return { result: await next, finishedOn: Date.now() };
  }

  /**
   * BullMQ calls this for a job that could not be settled: it is somebody else's by now, or will be
   * once its lock lapses. Failures of handlers are settled before BullMQ hears of them.
   */
  override async moveToFailed(
    _job: MinimalJob,
    _failedReason: string,
    _removeOnFail: unknown,
    token: string,
    fetchNext: boolean,
  ): Promise<{ result: void | NextJob; finishedOn: number }> {
    const next = fetchNext && this.closing === undefined ? await this.#take(token) : undefined;
    return { result: next, finishedOn: Date.now() };
  }

  /**
   * Records how a job ended.
   *
   * @throws if the lock was lost, so that somebody else has the job now.
   */
  async settle(taken: TakenJob, settlement: Settlement): Promise<void> {
    if (this.#taken.get(taken.token) === taken) this.#taken.delete(taken.token);
    const code = await new Promise<number>((done, fail) => {
      const turn = this.#currentTurn();
      turn.settlements.push({ taken, settlement, done });
      turn.fail.push(fail);
      if (turn.settlements.length >= this.#maxBatch) this.#flush();
    });
    if (code < 0) throw this.#lostJob(code, taken.id);
  }

  override async extendLocks(
    jobIds: string[],
    tokens: string[],
    durationMs: number,
  ): Promise<string[]> {
    const held = tokens.flatMap((token) => this.#taken.get(token) ?? []);
    const lost = jobIds.filter((_, i) => !this.#taken.has(tokens[i] ?? ''));
    if (held.length === 0) return lost;
    const jobs = held.flatMap(({ index, id, token }) => [index + 1, id, token]);
    const refused = await this.#scripts.extend(
      this.#bases.length,
      ...this.#bases,
      durationMs,
      ...jobs,
    );
    return [...lost, ...(refused as string[])]; // extend.lua returns ids.
  }

  override async moveStalledJobsToWait(): Promise<string[]> {
    const { maxLost, keepFailedMs, intervalMs } = this.#recovery;
    const reason = `its worker died ${maxLost + 1} times while it ran`;
    const error = {
      attempt: 0,
      code: 'crashed',
      name: 'WorkerLostError',
      message: reason,
      retryable: false,
      at: new Date(),
    };
    const found: string[] = [];
    for (const base of this.#bases) {
      const ids = await this.#scripts.recover(
        1,
        base,
        Date.now(),
        maxLost,
        this.#keys.jobChannel,
        keepFailedMs,
        Math.max(intervalMs - 50, 1),
        JSON.stringify(error),
        reason,
        LOSSES_WINDOW_MS,
      );
      found.push(...(ids as string[])); // recover.lua returns ids.
    }
    return found;
  }

  #take(token: string): Promise<NextJob> {
    return new Promise((got, fail) => {
      const turn = this.#currentTurn();
      turn.wants.push({ token, got });
      turn.fail.push(fail);
    });
  }

  /** Goes on where settle.lua stopped so as not to block Redis; any worker may. */
  async #release(): Promise<void> {
    const [base = ''] = this.#bases;
    const { release } = this.#scripts;
    while (Number(await release(1, base, Date.now(), this.#keys.jobChannel, MAX_RELEASES)) > 0);
  }

  /** Puts back a job that was taken in the same breath as a settlement that failed. */
  async #giveBack(token: string, next: Promise<NextJob> | undefined): Promise<void> {
    await next?.catch(() => undefined);
    const taken = this.#taken.get(token);
    if (taken !== undefined) await this.settle(taken, { kind: 'return' }).catch(() => undefined);
  }

  #currentTurn(): Turn {
    if (this.#turn === undefined) {
      this.#turn = { settlements: [], wants: [], fail: [] };
      setImmediate(() => this.#flush());
    }
    return this.#turn;
  }

  #flush(): void {
    const turn = this.#turn;
    this.#turn = undefined;
    if (turn === undefined) return;
    this.#send(turn).catch((error: unknown) => {
      for (const fail of turn.fail) fail(error);
    });
  }

  async #send({ settlements, wants }: Turn): Promise<void> {
    const reply = await this.#scripts.settle(
      this.#bases.length,
      ...this.#bases,
      Date.now(),
      this.#lockMs,
      this.#workerName,
      this.#keys.jobChannel,
      this.#order(),
      wants.length,
      ...wants.map(({ token }) => token),
      ...settlements.flatMap(({ taken, settlement }) => argumentsOf(taken, settlement)),
    );
    const [codes, jobs, due, limited, releases] = reply as SettleReply; // What settle.lua returns.
    if (releases > 0) void this.#release().catch(() => undefined);
    for (const [i, { done }] of settlements.entries()) done(codes[i] ?? 0);
    const byToken = new Map(jobs.map((job) => [job[2], job]));
    for (const { token, got } of wants) {
      const job = byToken.get(token);
      got(job === undefined ? raw2NextJobData([null, '', limited, due]) : this.#hold(job, due));
    }
  }

  #hold([index, id, token, fields]: SettleReply[1][number], due: number): NextJob {
    const queue = this.#queues[index - 1] ?? '';
    const lane = fieldOf(fields, 'lane') ?? '';
    const awaited = fieldOf(fields, 'deps') !== undefined;
    const indexedUnder = fieldOf(fields, 'ix') ?? '';
    const place = { index: index - 1, queue, id, token, fields };
    const taken = { ...place, keepResultMs: 0, lane, awaited, indexedUnder };
    this.#taken.set(token, taken);
    return raw2NextJobData([fields, id, 0, due]);
  }

  #lostJob(code: number, jobId: string): Error {
    const why =
      code === NO_LOCK || code === SOMEBODY_ELSES_LOCK
        ? 'its lock has lapsed and another worker may have it'
        : 'it is no longer there';
    return new Error(`Job ${jobId} could not be settled: ${why}.`);
  }
}

/** The value of a stored field, from a flat list of fields and values. */
export const fieldOf = (fields: readonly string[], name: string): string | undefined => {
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return fields[i + 1];
  return undefined;
};

const argumentsOf = (
  { index, id, token, lane, awaited, indexedUnder }: TakenJob,
  { kind, value = '', made = 0, ms = 0, error }: Settlement,
) => [
  index + 1,
  kind,
  id,
  token,
  value,
  made,
  ms,
  error?.field ?? '',
  error?.json ?? '',
  error?.code ?? '',
  lane,
  awaited ? 1 : 0,
  indexedUnder,
];
