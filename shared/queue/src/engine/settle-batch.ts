import type { Keys } from '../keys.ts';
import { type Activity, createActivity, type SettlementKind } from './activity.ts';
import type { Scripts } from './scripts.ts';
import { toScript } from './to-script.ts';
import { createTurnEnd } from './turn-end.ts';

/** How a job leaves a worker's hands; what each field means stands in settle.lua. */
export type Settlement = {
  kind: SettlementKind;
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

/** What a request to take a job was answered with. */
export type Taken = {
  /** Place of its queue from 1, id, token, fields; undefined when there is none. */
  job: readonly [number, string, string, string[]] | undefined;
  /** When the next delayed job is due, in ms since the epoch; 0 = there is none. */
  dueAt: number;
  /** For how long the queues give nothing because of a rate. */
  limitedMs: number;
  solitude: Solitude;
};

/**
 * `alone`: the job must have nothing beside it. `make-room`: the worker is to take nothing until it runs
 * nothing, since such a job waits.
 */
export type Solitude = 'none' | 'alone' | 'make-room';

const SOLITUDES: readonly Solitude[] = ['none', 'alone', 'make-room'];

type Turn = {
  settlements: { taken: TakenJob; settlement: Settlement; done: (code: number) => void }[];
  wants: { token: string; got: (taken: Taken) => void }[];
  fail: ((error: unknown) => void)[];
};

type SettleReply = [
  codes: number[],
  jobs: [number, string, string, string[]][],
  dueAt: number,
  limitedMs: number,
  releases: number,
  solitude: number,
];

/** A script blocks Redis while it runs: 100 jobs are about 4 ms. */
const MAX_BATCH = 100;

/** Several batches on their way at once, or Redis and the worker would wait for each other in turn. */
const BATCHES_IN_FLIGHT = 2;

const MAX_RELEASES = 200;

export type SettleBatch = {
  /** Records how a job ended; resolves to a code of settle.lua, 0 when it is done. */
  settle(taken: TakenJob, settlement: Settlement): Promise<number>;
  /** Takes the next job, if there is one. */
  take(token: string): Promise<Taken>;
  /** Tells that the next take answers a wake-up, which no other worker has heard. */
  woke(): void;
  /** Tells how many jobs the worker runs at once. */
  resize(concurrency: number): void;
  readonly activity: Activity;
};

/** Settles and takes jobs, one script for all that one turn of the event loop asks for. */
export const createSettleBatch = ({
  scripts,
  keys,
  queues,
  workerName,
  lockMs,
  concurrency,
  order,
  isEmpty,
}: {
  scripts: Scripts;
  keys: Keys;
  queues: readonly string[];
  workerName: string;
  lockMs: number;
  concurrency: number;
  /** Places of the queues, from 1, in the order they are to be served now. */
  order: () => string;
  /** Whether the worker runs nothing beside the jobs it has settled. */
  isEmpty: () => boolean;
}): SettleBatch => {
  const bases = queues.map(keys.base);
  const activity = createActivity();
  let maxBatch = batchFor(concurrency);
  const atTurnEnd = createTurnEnd();
  let turn: Turn | undefined;
  let wantsInFlight = 0;
  let woken = false;

  const current = (): Turn => {
    if (turn === undefined) {
      turn = { settlements: [], wants: [], fail: [] };
      atTurnEnd.call(flush);
    }
    return turn;
  };

  const flush = () => {
    const batch = turn;
    turn = undefined;
    if (batch === undefined) return;
    atTurnEnd.held(Math.max(batch.settlements.length, batch.wants.length));
    send(batch).catch((error: unknown) => {
      for (const fail of batch.fail) fail(error);
    });
  };

  const send = async ({ settlements, wants }: Turn) => {
    const isIdle = wantsInFlight === 0 && isEmpty();
    wantsInFlight += wants.length;
    const wasWoken = woken && wants.length > 0;
    if (wasWoken) woken = false;
    const reply = await activity
      .answered(
        scripts.settle(
          bases.length,
          ...bases,
          Date.now(),
          lockMs,
          workerName,
          keys.jobChannel,
          order(),
          wants.length,
          isIdle ? 1 : 0,
          wasWoken ? 1 : 0,
          ...wants.map(({ token }) => token),
          ...settlements.flatMap(({ taken, settlement }) => argumentsOf(taken, settlement)),
        ),
      )
      .finally(() => {
        wantsInFlight -= wants.length;
      });
    // What settle.lua returns.
    const [codes, jobs, dueAt, limitedMs, releases, solitude] = reply as SettleReply;
    if (releases > 0) release().catch(() => undefined);
    if (wants.length > 0) activity.fetched(jobs.length);
    for (const [i, { settlement, done }] of settlements.entries()) {
      const code = codes[i] ?? 0;
      if (code === 0) activity.settled(settlement.kind);
      done(code);
    }
    const byToken = new Map(jobs.map((job) => [job[2], job]));
    const alike = { dueAt, limitedMs, solitude: SOLITUDES[solitude] ?? 'none' };
    for (const { token, got } of wants) got({ job: byToken.get(token), ...alike });
  };

  /** Goes on where settle.lua stopped so as not to block Redis; any worker may. */
  const release = async () => {
    const [base = ''] = bases;
    while (Number(await scripts.release(1, base, Date.now(), keys.jobChannel, MAX_RELEASES)) > 0);
  };

  return {
    activity,
    woke: () => {
      woken = true;
    },
    resize: (slots) => {
      maxBatch = batchFor(slots);
    },
    settle: (taken, settlement) =>
      new Promise((done, fail) => {
        const { settlements, fail: failures } = current();
        settlements.push({ taken, settlement, done });
        failures.push(fail);
        if (settlements.length >= maxBatch) flush();
      }),
    take: (token) =>
      new Promise((got, fail) => {
        const { wants, fail: failures } = current();
        wants.push({ token, got });
        failures.push(fail);
      }),
  };
};

const batchFor = (concurrency: number) =>
  Math.min(Math.ceil(concurrency / BATCHES_IN_FLIGHT), MAX_BATCH);

const argumentsOf = (
  { index, id, token, lane, awaited, indexedUnder }: TakenJob,
  { kind, value = '', made = 0, ms = 0, error }: Settlement,
) => [index + 1, kind, id, token, value, made, ms, moreOf({ lane, awaited, indexedUnder, error })];

/** What most settlements do without, so that they do not pay for it on either side. */
const moreOf = ({
  lane,
  awaited,
  indexedUnder,
  error,
}: Pick<TakenJob, 'lane' | 'awaited' | 'indexedUnder'> & {
  error: Settlement['error'] | undefined;
}): string => {
  if (error === undefined && lane === '' && !awaited && indexedUnder === '') return '';
  const { field, json, code } = error ?? {};
  return toScript({ lane, awaited, names: indexedUnder, field, error: json, code });
};
