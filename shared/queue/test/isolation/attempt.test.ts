import { implement } from '@shared/queue';
import { relayedLogger } from '@shared/service/logger';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { add } from '../tasks.ts';
import { actIn, implementAct, KINDS } from './tasks.ts';

const addNumbers = implement(add, ({ a, b }) => a + b);

test.for(KINDS)('an attempt is the same in a %s as in the worker', async (kind) => {
  const task = actIn(kind, { attempts: 3, timeoutMs: 60_000 });
  await using platform = await startPlatform({ handlers: [implementAct(task)] });
  const before = Date.now();

  const job = await platform.enqueue(task, { act: 'tell' }, { owner: 'user-1', tags: ['a', 'b'] });
  const told = await job.result();

  const { enqueuedAt, deadline, fence, ...rest } = told as Record<string, string>;
  expect(rest).toEqual({
    jobId: job.id,
    task: `acts.act-in-${kind}`,
    queue: 'acts',
    attempt: 1,
    attempts: 3,
    owner: 'user-1',
    tags: ['a', 'b'],
  });
  expect(fence).toBeGreaterThan(0);
  // Dates arrive as dates: only a Date is written as such a text.
  expect(Date.parse(enqueuedAt ?? '') - before).toBeLessThan(1_000);
  expect(Date.parse(deadline ?? '') - before).toBeGreaterThanOrEqual(60_000);
});

test.for(KINDS)('what is logged in a %s is logged by the worker, with its fields', async (kind) => {
  const lines: Record<string, unknown>[] = [];
  const log = relayedLogger('info', (line) => {
    lines.push(JSON.parse(line) as Record<string, unknown>);
  });
  const task = actIn(kind);
  await using platform = await startPlatform({ handlers: [implementAct(task)], log });

  const job = await platform.enqueue(task, { act: 'report and log' });
  await job.result();

  const fields = { queue: 'acts', task: task.name, jobId: job.id, attempt: 1 };
  expect(lines.filter(({ msg }) => String(msg).endsWith('by the isolate'))).toMatchObject([
    { ...fields, level: 'info', msg: 'said by the isolate', count: 3 },
    { ...fields, level: 'warn', msg: 'warned by the isolate', step: 2, error: { message: 'odd' } },
  ]);
  expect(lines.some(({ msg }) => msg === 'not said at this level')).toBe(false);
  await expect(job.record()).resolves.toMatchObject({ progressMessage: 'half' });
});

test.for(KINDS)('a handler in a %s enqueues through its worker', async (kind) => {
  const task = actIn(kind);
  await using platform = await startPlatform({ handlers: [implementAct(task), addNumbers] });

  const job = await platform.enqueue(task, { act: 'enqueue' }, { owner: 'user-1' });

  const { id, ...rest } = (await job.result()) as { id: string };
  expect(rest).toEqual({ sum: 3, status: 'complete' });
  await expect(platform.record(id)).resolves.toMatchObject({
    owner: 'user-1',
    tags: ['from an isolate'],
    payload: { a: 1, b: 2 },
  });
});

test.for(KINDS)('a handler in a %s is told which things cannot be had there', async (kind) => {
  const task = actIn(kind, { attempts: 5 });
  await using platform = await startPlatform({ handlers: [implementAct(task)] });

  const useRedis = await platform.enqueue(task, { act: 'use redis' });
  const returnFunction = await platform.enqueue(task, { act: 'return a function' });

  await expect(useRedis.result()).rejects.toMatchObject({ failureCode: 'unavailable_in_isolate' });
  await expect(useRedis.record()).resolves.toMatchObject({ attempts: 1 });
  await expect(returnFunction.result()).rejects.toMatchObject({ failureCode: 'invalid_result' });
});

test.for(KINDS)('an error thrown in a %s keeps what it is judged by', async (kind) => {
  const task = actIn(kind, { attempts: 5 });
  await using platform = await startPlatform({ handlers: [implementAct(task)] });

  const typed = await platform.enqueue(task, { act: 'throw a typed error' });
  const text = await platform.enqueue(task, { act: 'throw a text' }, { attempts: 1 });

  await expect(typed.result()).rejects.toMatchObject({ failureCode: 'bad_address' });
  const { error, attempts } = await typed.record();
  expect(attempts).toBe(1);
  expect(error).toMatchObject({
    name: 'TypeError',
    message: 'no such mailbox',
    retryable: false,
    history: [{ stack: expect.stringContaining('act.ts') as string }],
  });
  await expect(text.result()).rejects.toThrow('just words');
});

test.for(KINDS)('retryIn in a %s sets the wait', async (kind) => {
  const task = actIn(kind, { attempts: 2 });
  await using platform = await startPlatform({ handlers: [implementAct(task)] });

  const job = await platform.enqueue(task, { act: 'ask to be retried' });

  await expect(job.result()).resolves.toBe(2);
  const { startedAt, error } = await job.record();
  expect(error?.history).toMatchObject([{ code: 'retry_requested' }]);
  const askedAt = error?.history[0]?.at.getTime() ?? 0;
  expect((startedAt?.getTime() ?? 0) - askedAt).toBeGreaterThanOrEqual(200);
});

test.for(KINDS)('a deadline extended in a %s is the one that counts', async (kind) => {
  const task = actIn(kind, { timeoutMs: 200, killAfterMs: 100 });
  await using platform = await startPlatform({ handlers: [implementAct(task)] });
  const before = Date.now();

  const job = await platform.enqueue(task, { act: 'extend' });

  const deadline = Date.parse(String(await job.result()));
  expect(deadline - before).toBeGreaterThanOrEqual(5_000);
});

test.for(KINDS)('a %s that heeds its signal at the deadline lives on', async (kind) => {
  const task = actIn(kind, { timeoutMs: 200, killAfterMs: 10_000 });
  await using platform = await startPlatform({ handlers: [implementAct(task)] });
  const first = await (await platform.enqueue(task, { act: 'answer' })).result();

  const job = await platform.enqueue(task, { act: 'wait for abort' });
  await expect(job.result()).rejects.toMatchObject({ failureCode: 'timeout' });
  const second = await (await platform.enqueue(task, { act: 'answer' })).result();

  expect(second).toEqual(first);
  const { error } = await job.record();
  expect(error?.exitCode).toBeUndefined();
  expect(error?.signal).toBeUndefined();
});
