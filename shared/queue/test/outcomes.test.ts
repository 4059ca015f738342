import { implement } from '@shared/queue';
import { eventually } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { add, other, work } from './tasks.ts';
import { untilAborted } from './until-aborted.ts';

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
