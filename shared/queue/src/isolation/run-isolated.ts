import { InvalidPayloadError, JobTimeoutError } from '@shared/errors';
import type { IsolatedHook } from '../hooks/hooks.ts';
import type { Attempt, RunningAttempt } from '../worker/attempt.ts';
import { answerCalls } from './answer-calls.ts';
import { type Death, errorOfDeath } from './death.ts';
import type { Isolate, Said } from './isolate.ts';
import type { Pool } from './pool.ts';
import type { CarriedAttempt, ToIsolate } from './protocol.ts';
import { relayLog } from './relay-log.ts';
import { receiveError, sendError } from './sent-error.ts';
import { START_TIMEOUT_MS } from './start-isolate.ts';

/** A thread inside native code may not end at once; the attempt is over all the same. */
const DEATH_WAIT_MS = 250;

/** Where a task's jobs run. */
export type Place = {
  pool: Pool;
  module: string;
  memoryLimitMb: number;
  logLevel: string;
  hook?: IsolatedHook | undefined;
};

/**
 * Runs one attempt in an isolate of the pool. When it is given up the isolate is ended, and this
 * rejects once it has, so that the next attempt does not meet the one before.
 */
export const runIsolated = async (
  place: Place,
  payload: unknown,
  run: RunningAttempt,
): Promise<unknown> => {
  const isolate = await takeUnlessGivenUp(place, run);
  const unwatch = isolate.watchMemory();
  let reusable = false;
  try {
    const outcome = await converse(isolate, place, payload, run);
    reusable = !outcome.worn;
    if (outcome.kind === 'thrown') throw receiveError(outcome.error);
    return outcome.result;
  } finally {
    unwatch();
    place.pool.giveBack(isolate, { reusable });
  }
};

/** What is waited for until an isolate has started is no time of the job's. */
const takeUnlessGivenUp = async (
  { pool, module }: Place,
  run: RunningAttempt,
): Promise<Isolate> => {
  const taken = pool.take(module);
  if (!(taken instanceof Promise)) return taken;
  const leftMs = Math.max(run.attempt.deadline.getTime() - Date.now(), 1);
  run.attempt.extendTimeout(leftMs + START_TIMEOUT_MS);
  try {
    return await new Promise((resolve, reject) => {
      let givenUp = false;
      run.onGivenUp((error) => {
        givenUp = true;
        reject(error);
      });
      const started = (isolate: Isolate) => {
        if (givenUp) pool.giveBack(isolate, { reusable: true });
        else resolve(isolate);
      };
      taken.then(started, reject);
    });
  } finally {
    run.attempt.extendTimeout(leftMs);
  }
};

type Outcome = Extract<Said, { kind: 'result' | 'thrown' }>;

let lastRun = 0;

/** Sends the job, hears the isolate out, and tells it when the attempt is stopped. */
const converse = (
  isolate: Isolate,
  { module, memoryLimitMb, logLevel, hook }: Place,
  payload: unknown,
  running: RunningAttempt,
): Promise<Outcome> => {
  const { attempt } = running;
  const run = (lastRun += 1);
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();

  let givenUp: Error | undefined;
  let over = false;
  running.onGivenUp((error) => {
    if (over) return; // The isolate may run somebody else's job by now.
    givenUp = error;
    isolate.kill();
    setTimeout(() => reject(error), DEATH_WAIT_MS).unref();
  });

  const answer = answerCalls(attempt, hook, (reply) => isolate.send({ ...reply, run }));
  isolate.listen((message) => {
    if ('run' in message && message.run !== run) return; // What an earlier job left running.
    switch (message.kind) {
      case 'result':
      case 'thrown':
        if (givenUp !== undefined) break; // Too late: it is being ended.
        over = true;
        resolve(message);
        break;
      case 'died':
        if (givenUp === undefined) reject(errorOfDeath(message.death, attempt.task, memoryLimitMb));
        else reject(withDeath(givenUp, message.death));
        break;
      case 'log':
        relayLog(attempt.log, message.line);
        break;
      case 'progress':
        if (!over) attempt.progress(message.fraction, message.message ?? undefined);
        break;
      case 'extend':
        if (!over) attempt.extendTimeout(message.ms);
        break;
      case 'call':
        void answer(message.call, message.what);
        break;
      default: // Said only as it starts.
    }
  });

  const carried = carry(attempt);
  const given = hook?.give(attempt);
  start(isolate, {
    kind: 'run',
    run,
    module,
    payload,
    attempt: carried,
    given,
    packer: given === undefined ? undefined : hook?.packer?.href,
    logLevel,
    memoryLimitMb,
  });
  onAbort(attempt.signal, (reason) =>
    isolate.send({ kind: 'abort', run, reason: sendError(reason) }),
  );
  return promise;
};

/** @throws {InvalidPayloadError} for what structured clone refuses. */
const start = (isolate: Isolate, message: Extract<ToIsolate, { kind: 'run' }>) => {
  try {
    isolate.send(message);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it is no plain value';
    throw new InvalidPayloadError(message.attempt.task, '', `cannot enter an isolate: ${why}`);
  }
};

const onAbort = (signal: AbortSignal, tell: (reason: unknown) => void) => {
  if (signal.aborted) tell(signal.reason);
  else signal.addEventListener('abort', () => tell(signal.reason), { once: true });
};

const carry = (attempt: Attempt): CarriedAttempt => {
  const { jobId, task, queue, attempts, fence, deadline, owner, group, tags } = attempt;
  const { origin, foreign, enqueuedAt } = attempt;
  const { attempt: number } = attempt;
  return {
    jobId,
    task,
    queue,
    attempt: number,
    attempts,
    fence,
    deadline,
    owner,
    group,
    tags,
    origin,
    foreign,
    enqueuedAt,
  };
};

/** A handler that ignored its deadline was killed for it, which its error should tell. */
const withDeath = (error: Error, death: Death): Error => {
  if (error instanceof JobTimeoutError) error.killedBy(death);
  return error;
};
