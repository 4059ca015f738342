import { silentLogger } from '@shared/service';
import { expect, test } from 'vitest';
import type { Isolate, Listener } from '../../src/isolation/isolate.ts';
import { runIsolated } from '../../src/isolation/run-isolated.ts';
import type { RedisConnection } from '../../src/redis/connect.ts';
import { type RunningAttempt, startAttempt, type StopReason } from '../../src/worker/attempt.ts';
import { actIn } from './tasks.ts';

/** An isolate whose every word is the test's, and a pool of it alone. */
const openIsolate = () => {
  let listener: Listener | undefined;
  let run = 0;
  const seen = { killed: 0, returned: [] as boolean[] };
  const started = Promise.withResolvers<void>();
  const isolate: Isolate = {
    name: 'fake',
    send: (message) => {
      if (message.kind !== 'run') return;
      run = message.run;
      started.resolve();
    },
    listen: (next) => {
      listener = next;
    },
    watchMemory: () => () => undefined,
    kill: () => {
      seen.killed += 1;
    },
    died: new Promise(() => undefined),
  };
  const pool = {
    take: () => isolate,
    giveBack: (_isolate: Isolate, { reusable }: { reusable: boolean }) => {
      seen.returned.push(reusable);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  return {
    seen,
    place: { pool, module: 'fake', memoryLimitMb: 64, logLevel: 'info' },
    started: started.promise,
    answers: () => listener?.({ kind: 'result', run, result: 'done', worn: false }),
    dies: () => listener?.({ kind: 'died', death: { outOfMemory: false, signal: 'SIGKILL' } }),
  };
};

const unused = () => Promise.reject(new Error('not asked for here'));

const startRun = (): RunningAttempt => {
  const policy = actIn('thread');
  const facts = { jobId: '1', task: policy.name, queue: 'acts', attempt: 1, fence: 1 };
  const origin = { origin: 'taskyard', foreign: null } as const;
  const rest = {
    owner: null,
    group: null,
    tags: [],
    ...origin,
    enqueuedAt: new Date(),
    trace: undefined,
  };
  return startAttempt(
    { ...facts, ...rest, policy },
    // No handler runs that could ask for it.
    {
      log: silentLogger(),
      redis: {} as RedisConnection,
      report: unused,
      enqueue: unused,
      heartbeat: unused,
    },
  );
};

const stop: StopReason = { kind: 'lock_lost', error: new Error('the lock was lost') };

test('an isolate that has answered is not killed for a run that is given up after that', async () => {
  const isolate = openIsolate();
  const run = startRun();
  const result = runIsolated(isolate.place, {}, run);
  await isolate.started;
  isolate.answers();
  await expect(result).resolves.toBe('done');
  const givenUp = Promise.withResolvers<Error>();

  // As when its deadline passes while the result is being recorded; the timer after it is ours.
  run.stop(stop, 0);
  setTimeout(givenUp.resolve, 20, stop.error);
  await givenUp.promise;
  run.end();

  expect(isolate.seen).toEqual({ killed: 0, returned: [true] });
});

test('an isolate that answers when it is being killed runs no further job', async () => {
  const isolate = openIsolate();
  const run = startRun();
  const result = runIsolated(isolate.place, {}, run);
  await isolate.started;
  run.stop(stop, 0);
  await expect.poll(() => isolate.seen.killed).toBe(1);

  isolate.answers();
  isolate.dies();

  await expect(result).rejects.toBe(stop.error);
  expect(isolate.seen.returned).toEqual([false]);
  run.end();
});

test('an isolate that does not die in time is not waited for', async () => {
  const isolate = openIsolate();
  const run = startRun();
  const result = runIsolated(isolate.place, {}, run);
  await isolate.started;

  run.stop(stop, 0);

  await expect(result).rejects.toBe(stop.error);
  expect(isolate.seen).toEqual({ killed: 1, returned: [false] });
  run.end();
});
