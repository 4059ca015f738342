import { implement } from '@shared/queue';
import { eventually } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { add, other, work } from './tasks.ts';

/** A handler that tells when it starts and runs until its signal aborts. */
const untilAborted = () => {
  const started = Promise.withResolvers<void>();
  const reasons: unknown[] = [];
  const handler = implement(work, async (_payload, { signal }) => {
    started.resolve();
    await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason);
        reject(signal.reason as Error);
      });
    });
    return 'never';
  });
  return { handler, started: started.promise, reasons };
};

test('priorities are served first to last, in order of arrival within one', async () => {
  const order: string[] = [];
  const note = implement(work, ({ label }) => {
    order.push(label);
    return label;
  });
  const gate = Promise.withResolvers<void>();
  const hold = implement(add, async () => {
    await gate.promise;
    return 0;
  });
  await using platform = await startPlatform({ handlers: [note, hold], concurrency: 1 });
  const holder = await platform.enqueue(add, { a: 0, b: 0 }, { priority: 0 });
  await eventually(async () => expect(await holder.status()).toBe('in_progress'));

  const wanted = ['low', 9, 'default', 'critical', 'high', 'default', 'critical', 0] as const;
  const jobs = [];
  for (const [i, priority] of wanted.entries()) {
    jobs.push(await platform.enqueue(work, { label: `${priority} ${i}` }, { priority }));
  }
  gate.resolve();
  await Promise.all(jobs.map((job) => job.result()));

  expect(order).toEqual([
    'critical 3',
    'critical 6',
    '0 7',
    'high 4',
    'default 2',
    'default 5',
    'low 0',
    '9 1',
  ]);
});

test('a lower queue is served only while the higher one is empty', async () => {
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const note = implement(work, async ({ label }) => {
    if (label === 'gate') await gate.promise;
    order.push(label);
    return label;
  });
  const noteOther = implement(other, ({ label }) => {
    order.push(label);
    return label;
  });
  await using platform = await startPlatform({
    handlers: [note, noteOther],
    queues: ['others', 'sums'],
    concurrency: 1,
  });
  const held = await platform.enqueue(work, { label: 'gate' });
  await eventually(async () => expect(await held.status()).toBe('in_progress'));

  const low = await platform.enqueue(work, { label: 'low' }, { priority: 'critical' });
  const high = await platform.enqueue(other, { label: 'high' }, { priority: 'low' });
  gate.resolve();
  await Promise.all([low.result(), high.result()]);

  expect(order).toEqual(['gate', 'high', 'low']);
});

test('a delayed job runs when it is due, not before', async () => {
  const note = implement(work, () => String(Date.now()));
  await using platform = await startPlatform({ handlers: [note] });
  const before = Date.now();

  const job = await platform.enqueue(work, {}, { delayMs: 300 });

  await expect(job.status()).resolves.toBe('scheduled');
  const ranAt = Number(await job.result());
  expect(ranAt - before).toBeGreaterThanOrEqual(300);
  expect(ranAt - before).toBeLessThan(2_000);
});

test('a job that expired while it waited is never run', async () => {
  let runs = 0;
  const count = implement(work, () => `run ${(runs += 1)}`);
  await using platform = await startPlatform({ handlers: [count] });

  const job = await platform.enqueue(work, {}, { delayMs: 200, expiresInMs: 50 });

  await expect(job.result()).rejects.toMatchObject({ code: 'expired' });
  await eventually(async () => expect((await job.record()).finishedAt).not.toBeNull());
  await expect(job.status()).resolves.toBe('expired');
  expect(runs).toBe(0);
});

test('an error that says it is not retryable ends the job at once', async () => {
  class BadAddressError extends Error {
    readonly code = 'bad_address';
    readonly retryable = false;
  }
  const fail = implement(work, () => {
    throw new BadAddressError('no such mailbox');
  });
  await using platform = await startPlatform({ handlers: [fail] });

  const job = await platform.enqueue(work, {}, { attempts: 5 });

  await expect(job.result()).rejects.toMatchObject({
    code: 'job_failed',
    failureCode: 'bad_address',
  });
  await expect(job.record()).resolves.toMatchObject({
    status: 'failed',
    attempts: 1,
    error: { code: 'bad_address', retryable: false },
  });
});

test('a wait that an error asks for is kept', async () => {
  const times: number[] = [];
  const limited = implement(work, () => {
    times.push(Date.now());
    if (times.length === 1) throw Object.assign(new Error('slow down'), { retryAfterMs: 250 });
    return 'done';
  });
  await using platform = await startPlatform({ handlers: [limited] });

  const job = await platform.enqueue(work, {});
  await job.result();

  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(250);
});

test('a job that is retried on request only is not tried again after an error', async () => {
  const handler = implement(work, (_payload, attempt) => {
    if (attempt.attempt === 1) throw attempt.retryIn(1);
    throw new Error('no more');
  });
  await using platform = await startPlatform({ handlers: [handler] });

  const job = await platform.enqueue(work, {}, { attempts: 5, retryOn: 'request' });

  await expect(job.result()).rejects.toThrow('no more');
  expect((await job.record()).attempts).toBe(2);
});

test('retryIn uses up an attempt and sets the wait', async () => {
  const times: number[] = [];
  const again = implement(work, (_payload, attempt) => {
    times.push(Date.now());
    if (attempt.attempt === 1) throw attempt.retryIn(200);
    return `attempt ${attempt.attempt}`;
  });
  await using platform = await startPlatform({ handlers: [again] });

  const job = await platform.enqueue(work, {}, { attempts: 2 });

  await expect(job.result()).resolves.toBe('attempt 2');
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(200);
});

test('while it waits for its next attempt a job is retrying, and says when', async () => {
  const fail = implement(work, () => {
    throw new Error('not yet');
  });
  await using platform = await startPlatform({ handlers: [fail] });

  const job = await platform.enqueue(work, {}, { backoff: { type: 'fixed', delayMs: 60_000 } });

  await eventually(async () => expect(await job.status()).toBe('retrying'));
  const { dueAt, attempts } = await job.record();
  expect(attempts).toBe(1);
  expect((dueAt?.getTime() ?? 0) - Date.now()).toBeGreaterThan(50_000);
});

test('at its deadline the signal aborts and the attempt fails with a timeout', async () => {
  const { handler, reasons } = untilAborted();
  await using platform = await startPlatform({ handlers: [handler] });

  const job = await platform.enqueue(work, {}, { timeoutMs: 100, attempts: 1 });

  await expect(job.result()).rejects.toMatchObject({ failureCode: 'timeout' });
  expect(reasons).toMatchObject([{ code: 'timeout' }]);
});

test('a handler that ignores its signal fails with a timeout all the same', async () => {
  const deaf = implement({ ...work, killAfterMs: 100 }, () => new Promise<string>(() => {}));
  await using platform = await startPlatform({ handlers: [deaf], shutdownGraceMs: 200 });

  const job = await platform.enqueue(work, {}, { timeoutMs: 100, attempts: 1 });

  await expect(job.result({ timeoutMs: 5_000 })).rejects.toMatchObject({ failureCode: 'timeout' });
});

test('an extended deadline is the one that counts', async () => {
  const slow = implement(work, async (_payload, attempt) => {
    attempt.extendTimeout(5_000);
    await new Promise((resolve) => setTimeout(resolve, 250));
    return 'in time';
  });
  await using platform = await startPlatform({ handlers: [slow] });

  const job = await platform.enqueue(work, {}, { timeoutMs: 100, attempts: 1 });

  await expect(job.result()).resolves.toBe('in time');
});

test.for([{ delayMs: 60_000 }, { delayMs: 0 }])(
  'a job that has not started is cancelled for good ($delayMs ms delay)',
  async ({ delayMs }) => {
    const { handler } = untilAborted();
    await using platform = await startPlatform({
      handlers: [handler],
      concurrency: 1,
      shutdownGraceMs: 200,
    });
    const busy = await platform.enqueue(work, {});
    await eventually(async () => expect(await busy.status()).toBe('in_progress'));
    const job = await platform.enqueue(work, {}, { delayMs });

    await expect(job.cancel('changed my mind')).resolves.toBe(true);

    await expect(job.record()).resolves.toMatchObject({
      status: 'cancelled',
      error: { code: 'cancelled', message: 'changed my mind' },
    });
    await expect(job.result()).rejects.toMatchObject({ code: 'cancelled' });
    await expect(job.cancel()).resolves.toBe(false);
  },
);

test('a running job is cancelled on whichever worker has it, and not tried again', async () => {
  const { handler, started, reasons } = untilAborted();
  await using platform = await startPlatform({ handlers: [handler] });
  await platform.startWorker();
  const job = await platform.enqueue(work, {}, { attempts: 5 });
  await started;

  await expect(job.cancel('enough')).resolves.toBe(true);

  await expect(job.result()).rejects.toMatchObject({ code: 'cancelled' });
  await expect(job.record()).resolves.toMatchObject({ status: 'cancelled', attempts: 1 });
  expect(reasons).toMatchObject([{ code: 'cancelled' }]);
});

test('a cancellation missed by a cut connection is caught up with', async () => {
  const { handler, started } = untilAborted();
  await using platform = await startPlatform({ handlers: [handler] });
  const job = await platform.enqueue(work, {});
  await started;
  const { redis } = platform.producer;
  // The mark that a command leaves, without the command: what a worker sees that was cut off.
  await redis.hset(`{${platform.prefix}}:sums:${job.id}`, 'cancelled', 'while you were away');

  await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');

  await expect(job.result()).rejects.toMatchObject({ code: 'cancelled' });
});

test('a result leaves when its time is over, on an idle queue too', async () => {
  const done = implement(work, () => 'done');
  await using platform = await startPlatform({ handlers: [done] });

  const job = await platform.enqueue(work, {}, { keepResultMs: 150 });
  await expect(job.result()).resolves.toBe('done');

  await eventually(async () => {
    await expect(job.record()).rejects.toMatchObject({ code: 'job_not_found' });
  });
  await eventually(
    async () => {
      const left = await platform.producer.redis.exists(`{${platform.prefix}}:sums:${job.id}`);
      expect(left).toBe(0);
    },
    { timeoutMs: 8_000 },
  );
});

test('reports of progress arrive in order and end with the job', async () => {
  const release = Promise.withResolvers<void>();
  const report = implement(work, async (_payload, { progress }) => {
    progress(0.25, 'quarter');
    await release.promise;
    progress(0.75, 'nearly');
    return 'done';
  });
  await using platform = await startPlatform({ handlers: [report] });
  const job = await platform.enqueue(work, {});

  const seen: [number, string | null][] = [];
  for await (const { fraction, message } of job.progress()) {
    seen.push([fraction, message]);
    if (fraction === 0.25) release.resolve();
  }

  expect(seen).toContainEqual([0.25, 'quarter']);
  expect(seen.at(-1)).toEqual([1, 'nearly']);
  expect(seen.map(([fraction]) => fraction)).toEqual(
    seen.map(([fraction]) => fraction).sort((a, b) => a - b),
  );
});

test('a result that the contract does not promise fails the job, naming the field', async () => {
  const wrong = implement(add, () => 'three' as never);
  await using platform = await startPlatform({ handlers: [wrong] });

  const job = await platform.enqueue(add, { a: 1, b: 2 });

  await expect(job.result()).rejects.toMatchObject({ failureCode: 'invalid_result' });
});

test('a job whose task no worker of the queue knows fails with its name', async () => {
  await using platform = await startPlatform({ handlers: [implement(add, () => 0)] });

  const job = await platform.enqueue(work, {});

  await expect(job.result()).rejects.toMatchObject({ failureCode: 'unknown_task' });
});

test('a stopping worker lets a job finish that can', async () => {
  const started = Promise.withResolvers<void>();
  const slow = implement(work, async () => {
    started.resolve();
    await new Promise((resolve) => setTimeout(resolve, 200));
    return 'finished';
  });
  await using platform = await startPlatform({ handlers: [slow] });
  const job = await platform.enqueue(work, {});
  await started.promise;

  await platform.worker[Symbol.asyncDispose]();

  await expect(job.record()).resolves.toMatchObject({ status: 'complete', attempts: 1 });
});

test('a stopping worker hands back what cannot finish, with no attempt spent', async () => {
  const { handler, started } = untilAborted();
  await using platform = await startPlatform({ handlers: [handler], shutdownGraceMs: 300 });
  const job = await platform.enqueue(work, {}, { attempts: 1 });
  await started;
  const before = Date.now();

  await platform.worker[Symbol.asyncDispose]();

  expect(Date.now() - before).toBeLessThan(1_500);
  await expect(job.record()).resolves.toMatchObject({ status: 'queued', attempts: 0, error: null });
  const finish = implement(work, (_payload, { attempt, fence }) => `${attempt} ${fence % 1_000}`);
  await platform.startWorker({ handlers: [finish] });
  await expect(job.result()).resolves.toBe('1 2');
});

test('a job enqueued by a handler carries its owner and trace on', async () => {
  const traceParent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const child = Promise.withResolvers<string>();
  const parent = implement(work, async (_payload, attempt) => {
    child.resolve((await attempt.enqueue(other, { label: 'child' })).id);
    return 'done';
  });
  await using platform = await startPlatform({ handlers: [parent], queues: ['sums'] });

  await platform.enqueue(work, {}, { owner: 'user-1', traceParent });

  const id = await child.promise;
  const record = await platform.record(id);
  const stored = await platform.producer.redis.hget(`{${platform.prefix}}:others:${id}`, 'data');
  expect(record.owner).toBe('user-1');
  expect(JSON.parse(stored ?? '')).toMatchObject({
    trace: expect.stringContaining('0af7651916cd43dd8448eb211c80319c') as string,
  });
});
