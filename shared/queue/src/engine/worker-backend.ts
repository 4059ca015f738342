import {
  type MinimalJob,
  QueueKeys,
  raw2NextJobData,
  RedisConnection as BullConnection,
  RedisQueueBackend,
} from 'bullmq';
import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import type { Intake } from '../worker/intake.ts';
import type { Activity } from './activity.ts';
import { recoverLost, type Recovery } from './recover-lost.ts';
import type { Scripts } from './scripts.ts';
import { fieldOf } from './field-of.ts';
import { findHeld } from './find-held.ts';
import { createSleep, type Sleep, type Taker } from './sleep.ts';
import { createSeclusion, type Seclusion } from './seclusion.ts';
import {
  createSettleBatch,
  type SettleBatch,
  type Settlement,
  type TakenJob,
} from './settle-batch.ts';

export type { Recovery } from './recover-lost.ts';
export type { TakenJob } from './settle-batch.ts';

/** BullMQ's four: job, id, rate-limited for ms, next due in ms. */
type NextJob = ReturnType<typeof raw2NextJobData>;

const NO_LOCK = -2;
const SOMEBODY_ELSES_LOCK = -6;

/** BullMQ's name for a worker whose queues are several; never part of a key that is written. */
const VIRTUAL_QUEUE = 'worker';

/**
 * BullMQ's Redis backend for a worker that serves several queues with one pool of slots, in strict
 * order. BullMQ's worker keeps its loop, its locks and its shutdown; what one turn of the event loop
 * settles and takes goes to Redis as one script.
 */
export class WorkerBackend extends RedisQueueBackend implements Taker {
  readonly #redis: RedisConnection;
  readonly #intake: Intake;
  readonly #scripts: Scripts;
  readonly #keys: Keys;
  readonly #queues: readonly string[];
  readonly #bases: readonly string[];
  readonly #recovery: Recovery;
  readonly #taken = new Map<string, TakenJob>();
  readonly #batch: SettleBatch;
  readonly #seclusion: Seclusion;
  readonly #sleep: Sleep;
  #isRoused = false;

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
    intake: Intake;
  }) {
    const { redis, blocking, keys, queues, intake } = options;
    const bullKeys = new QueueKeys(keys.root);
    const virtual = bullKeys.getKeys(VIRTUAL_QUEUE);
    // BZPOPMIN takes several keys, and ioredis flattens arrays: the worker sleeps on all its queues.
    const markers = intake.markers as unknown as string;
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
    this.#redis = redis;
    this.#intake = intake;
    this.#scripts = options.scripts;
    this.#keys = keys;
    this.#queues = queues;
    this.#bases = queues.map(keys.base);
    this.#recovery = options.recovery;
    const isEmpty = () => this.#taken.size === 0;
    this.#batch = createSettleBatch({ ...options, order: intake.order, isEmpty });
    this.#seclusion = createSeclusion(intake, isEmpty);
    this.#sleep = createSleep(() => void this.wakeOthers().catch(() => undefined));
  }

  /** What came through here, and when. */
  get activity(): Activity {
    return this.#batch.activity;
  }

  /** Tells how many jobs the worker runs at once. */
  resize(concurrency: number): void {
    this.#batch.resize(concurrency);
  }

  /** The job that a token holds. */
  takenBy(token: string): TakenJob | undefined {
    return this.#taken.get(token);
  }

  override moveToActive(token: string): Promise<NextJob> {
    return this.#take(token);
  }

  /** Sleeps until a queue that the worker takes from has a job. */
  override async waitForJob(seconds: number): Promise<{ member: string; score: number } | null> {
    const { changes, markers } = this.#intake;
    if (markers.length === 0) {
      await this.#intake.change(seconds * 1_000);
      return null;
    }
    const woken = await this.#sleep.during(seconds, () => super.waitForJob(seconds));
    if (woken !== null) this.#batch.woke();
    // Woken, perhaps, by a job that this worker does not take any more.
    if (woken !== null && changes !== this.#intake.changes) await this.wakeOthers();
    return woken;
  }

  sleepsOn(queue: string): boolean {
    if (!this.#sleep.isOn || this.closing !== undefined) return false;
    return this.#intake.markers.includes(`${this.#keys.base(queue)}marker`);
  }

  rouse(): void {
    this.#isRoused = true;
    this.#sleep.rouse();
    // Others must hear of the jobs, if this worker was kept from asking for them.
    setImmediate(() => {
      if (this.#isRoused) this.wakeOthers().catch(() => undefined);
      this.#isRoused = false;
    });
  }

  /** Hands on a wake-up that this worker may have swallowed: nobody else was told of the job. */
  async wakeOthers(): Promise<void> {
    const pipeline = this.#redis.pipeline();
    for (const base of this.#bases) pipeline.zadd(`${base}marker`, 0, '0');
    await pipeline.exec();
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
    this.#drop(taken);
    const code = await this.#batch.settle(taken, settlement);
    if (code < 0) throw this.#lostJob(code, taken.id);
  }

  /**
   * Hands back the jobs that Redis gave this worker in answers that were lost with their connection:
   * nobody runs them, and they would wait for their locks to lapse. To be called when it is back.
   *
   * @param tokens what this worker's tokens start with.
   * @returns how many there were.
   */
  async handBackUnheard(tokens: string): Promise<number> {
    const found = await findHeld({ redis: this.#redis, keys: this.#keys }, this.#queues, tokens);
    // What was answered before has been given out when the event loop's turn is over.
    await new Promise((resolve) => setImmediate(resolve));
    const unheard = found.filter(({ id, token }) => this.#taken.get(token)?.id !== id);
    // One that was settled meanwhile has no lock any more, and is left alone.
    await Promise.allSettled(unheard.map((job) => this.settle(job, { kind: 'return' })));
    return unheard.length;
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
    const lapsed = held.filter(({ id }) => (refused as string[]).includes(id)); // extend.lua returns ids.
    if (lapsed.length > 0) await this.#letGo(lapsed);
    return [...lost, ...lapsed.map(({ id }) => id)];
  }

  override moveStalledJobsToWait(): Promise<string[]> {
    return recoverLost({ scripts: this.#scripts, keys: this.#keys }, this.#queues, this.#recovery);
  }

  async #take(token: string): Promise<NextJob> {
    this.#isRoused = false;
    const { job, dueAt, limitedMs, solitude } = await this.#batch.take(token);
    if (job !== undefined) this.#hold(...job);
    if (solitude === 'make-room') this.#seclude('makeRoom');
    if (job === undefined) return raw2NextJobData([null, '', limitedMs, dueAt]);
    if (solitude === 'alone') this.#seclude('begin');
    return raw2NextJobData([job[3], job[1], 0, dueAt]);
  }

  /** Puts back a job that was taken in the same breath as a settlement that failed. */
  async #giveBack(token: string, next: Promise<NextJob> | undefined): Promise<void> {
    await next?.catch(() => undefined);
    const taken = this.#taken.get(token);
    if (taken !== undefined) await this.settle(taken, { kind: 'return' }).catch(() => undefined);
  }

  /** Others are told of the jobs that this worker leaves to them. */
  #seclude(how: 'begin' | 'makeRoom'): void {
    this.#seclusion[how]();
    this.wakeOthers().catch(() => undefined);
  }

  /** Jobs whose locks have lapsed are somebody else's; that this worker lives tells that they killed nobody. */
  async #letGo(lapsed: readonly TakenJob[]): Promise<void> {
    for (const taken of lapsed) {
      this.#drop(taken);
      await this.#scripts.acquit(1, this.#keys.base(taken.queue), taken.id);
    }
  }

  #drop(taken: TakenJob): void {
    if (this.#taken.get(taken.token) !== taken) return;
    this.#taken.delete(taken.token);
    this.#seclusion.left();
  }

  #hold(place: number, id: string, token: string, fields: readonly string[]): void {
    this.#taken.set(token, {
      index: place - 1,
      queue: this.#queues[place - 1] ?? '',
      id,
      token,
      fields,
      keepResultMs: 0,
      lane: fieldOf(fields, 'lane') ?? '',
      awaited: fieldOf(fields, 'deps') !== undefined,
      indexedUnder: fieldOf(fields, 'ix') ?? '',
    });
  }

  #lostJob(code: number, jobId: string): Error {
    const why =
      code === NO_LOCK || code === SOMEBODY_ELSES_LOCK
        ? 'its lock has lapsed and another worker may have it'
        : 'it is no longer there';
    return new Error(`Job ${jobId} could not be settled: ${why}.`);
  }
}
