import type { Keys } from '../keys.ts';
import type { RedisConnection } from '../redis/connect.ts';
import { runTogether, type ScriptCall, type Scripts } from './scripts.ts';
import type { Taker } from './sleep.ts';
import { toScript } from './to-script.ts';
import { createTurnEnd } from './turn-end.ts';

/** A job as add.lua takes it. */
export type NewJob = {
  queue: string;
  id: string;
  task: string;
  /** The envelope as JSON. */
  data: string;
  /** 1–10, 1 first: BullMQ runs what has none before all. */
  enginePriority: number;
  /** In ms since the epoch. */
  enqueuedAt: number;
  /** In ms since the epoch; 0 = at once. */
  dueAt: number;
  /** Where it waits apart from others: its group and its limits; empty = with all others. */
  lane: string;
  unique?: { mode: 'for' | 'started' | 'finished'; ms: number; key: string };
  flow?: FlowPlace;
  /** The store's key of its payload, to be deleted with the job. */
  storedKey?: string;
  /** Where it is found by its tags and its group, as indexNames of search/index-names.ts gives them. */
  indexedUnder: string;
  /** Whether a worker must be there when it ends, however it ends, to tell the protocol it came in by. */
  foreign: boolean;
  /** Whether the record of an ended job of its id gives way to it. */
  again: boolean;
};

/** A job's place among those that wait for each other. */
export type FlowPlace = {
  flowId: string;
  /** How many results it waits for. */
  inputs: number;
  dependents: readonly Dependent[];
  /** For a job without a handler, whose result is the list of its inputs: how long it is kept. */
  joinKeptMs?: number;
};

export type Dependent = { queue: string; id: string; slot: number; onFailure: 'fail' | 'ignore' };

/** `duplicateOf` is the id of the job that was there already. */
export type Added = { duplicateOf: string | undefined };

type Pending = NewJob & {
  resolve: (added: Added) => void;
  reject: (error: unknown) => void;
};

/** A script blocks Redis while it runs: 200 jobs are about 4 ms. */
export const MAX_BATCH = 200;

/**
 * Adds jobs with one script, which adds all of them or none.
 *
 * @param isQuiet whether nobody need be woken for them: the next command on this connection takes them.
 */
export const addJobs = async (
  scripts: Scripts,
  keys: Keys,
  jobs: readonly NewJob[],
  isQuiet = false,
): Promise<Added[]> => {
  return read(await scripts.add(...callOf(jobs, keys, isQuiet)), jobs);
};

/** Somebody else's message, in a list of the server that the jobs are kept in. */
export type Claim = { db: number; list: string; message: string };

/** What became of a claim: the job, and how many messages its list still has. */
export type Claimed = Added & { left: number };

/**
 * Adds a job for a message, which leaves its list in the same step.
 *
 * @returns undefined if the message is not the next in its list any more: nothing was done.
 */
export const claimJob = async (
  { scripts, keys, db, taker }: { scripts: Scripts; keys: Keys; db: number; taker?: Taker },
  job: NewJob,
  claim: Claim,
): Promise<Claimed | undefined> => {
  const forTaker = taker?.sleepsOn(job.queue) ?? false;
  const call = callOf([job], keys, forTaker);
  const claiming = scripts.claim(...call, claim.db, db, claim.list, claim.message);
  if (forTaker) taker?.rouse();
  const answer = (await claiming) as [unknown, number] | null; // As claim.lua says.
  if (answer === null) return undefined;
  const [added = { duplicateOf: undefined }] = read(answer[0], [job]);
  return { ...added, left: answer[1] };
};

/**
 * Adds more jobs than one script takes, in one transaction, which adds all of them or none. Redis does
 * nothing else meanwhile: 1,000 jobs are about 20 ms.
 */
export const addJobsTogether = async (
  redis: RedisConnection,
  keys: Keys,
  chunks: readonly (readonly NewJob[])[],
): Promise<Added[]> => {
  const calls = chunks.map((jobs) => callOf(jobs, keys));
  const answers = await runTogether(redis, 'add', calls);
  return chunks.flatMap((jobs, i) => read(answers[i], jobs));
};

const callOf = (jobs: readonly NewJob[], keys: Keys, isQuiet = false): ScriptCall => {
  const queues = [...new Set(jobs.map(({ queue }) => queue))];
  return [
    queues.length,
    ...queues.map(keys.base),
    Date.now(),
    isQuiet ? 1 : 0,
    ...jobs.flatMap((job) => argumentsOf(job, queues.indexOf(job.queue) + 1, keys)),
  ];
};

/** add.lua answers 0, 1 or a job's id for each. */
const read = (answers: unknown, jobs: readonly NewJob[]): Added[] =>
  (answers as (number | string)[]).map((answer, i) => ({
    duplicateOf: answer === 0 ? undefined : answer === 1 ? jobs[i]?.id : String(answer),
  }));

const argumentsOf = (job: NewJob, index: number, keys: Keys) => [
  index,
  job.id,
  job.task,
  job.data,
  job.enginePriority,
  job.enqueuedAt,
  job.dueAt,
  moreOf(job, keys),
];

/** What most jobs do without, so that they do not pay for it on either side. */
const moreOf = (job: NewJob, keys: Keys): string => {
  const { lane, unique, flow, storedKey, indexedUnder, foreign, again } = job;
  const isPlain = lane === '' && indexedUnder === '' && !foreign && !again;
  if (isPlain && unique === undefined && flow === undefined && storedKey === undefined) return '';
  return toScript({
    lane,
    unique: unique && `${unique.mode}\x1f${unique.ms}\x1f${unique.key}`,
    flow: flow?.flowId,
    inputs: flow?.inputs || undefined,
    dependents: flow?.dependents.map((dependent) => reference(dependent, keys)).join('\x1d'),
    joinKeptMs: flow?.joinKeptMs,
    stored: storedKey,
    names: indexedUnder,
    foreign,
    again,
  });
};

const reference = ({ queue, id, slot, onFailure }: Dependent, keys: Keys) =>
  [keys.base(queue), id, slot, onFailure === 'fail' ? 'f' : 'i'].join('\x1e');

/**
 * Adds jobs one by one, with one script for all that one turn of the event loop asks for.
 *
 * @param taker a worker that takes its jobs by the same connection.
 */
export const createAddBatch = (scripts: Scripts, keys: Keys, taker?: Taker) => {
  let pending: Pending[] = [];
  const atTurnEnd = createTurnEnd();

  const flush = () => {
    const batch = pending;
    pending = [];
    atTurnEnd.held(batch.length);
    if (batch.length > 0) send(batch).catch(() => undefined);
  };

  const send = async (batch: Pending[]) => {
    try {
      const forTaker = taker !== undefined && batch.every((job) => taker.sleepsOn(job.queue));
      const adding = addJobs(scripts, keys, batch, forTaker);
      if (forTaker) taker.rouse();
      const added = await adding;
      for (const [i, { resolve }] of batch.entries())
        resolve(added[i] ?? { duplicateOf: undefined });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  return (job: NewJob): Promise<Added> =>
    new Promise((resolve, reject) => {
      pending.push({ ...job, resolve, reject });
      if (pending.length === 1) atTurnEnd.call(flush);
      else if (pending.length >= MAX_BATCH) flush();
    });
};
