import { type EnqueueOptions, implement, openDeadLetters } from '@shared/queue';
import { eventually } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, expectTypeOf, test } from 'vitest';
import { actIn, implementAct } from '../isolation/tasks.ts';
import { createFollowers, hear, idle, mourn, note, speak, speaking } from './tasks.ts';

test('after a success its task takes the result, and the other one is never enqueued', async () => {
  const { seen, handlers } = createFollowers();
  await using platform = await startPlatform({ handlers: [speaking, ...handlers] });

  const job = await platform.enqueue(speak, { words: 'hi' }, { onSuccess: hear, onFailure: mourn });
  await job.result();
  await eventually(() => expect(seen).toHaveLength(1));
  await idle(platform);

  expect(seen).toMatchObject([{ task: 'ears.hear', payload: { said: 'hi', attempt: 1 } }]);
});

test('after the last attempt has failed, and no earlier, its task takes the failure', async () => {
  const { seen, handlers } = createFollowers();
  await using platform = await startPlatform({ handlers: [speaking, ...handlers] });
  const options = { onSuccess: hear, onFailure: mourn };

  const fine = await platform.enqueue(speak, { words: 'hi', failures: 2 }, options);
  const hoarse = await platform.enqueue(speak, { words: 'hi', failures: 3 }, options);
  const final = await platform.enqueue(speak, { words: 'hi', final: true }, options);
  await eventually(() => expect(seen).toHaveLength(3));
  await idle(platform);

  const told = (jobId: string) =>
    seen.find(({ payload }) => (payload as { jobId?: string }).jobId === jobId)?.payload;
  await expect(fine.status()).resolves.toBe('complete');
  expect(seen).toContainEqual(
    expect.objectContaining({ task: 'ears.hear', payload: { said: 'hi', attempt: 3 } }),
  );
  expect(told(hoarse.id)).toEqual({
    jobId: hoarse.id,
    task: 'talk.speak',
    error: { code: 'error', name: 'Error', message: 'hoarse 3', attempt: 3 },
  });
  expect(told(final.id)).toMatchObject({ error: { code: 'lost_voice', attempt: 1 } });
  expect(seen).toHaveLength(3);
});

test('a task with a payload of its own takes that, with the result where it says', async () => {
  const { seen, handlers } = createFollowers();
  await using platform = await startPlatform({ handlers: [speaking, ...handlers] });

  await platform.enqueue(
    speak,
    { words: 'hi' },
    {
      onSuccess: [
        { task: note, payload: { by: 'Ada' } },
        { task: note, payload: { by: 'Grace' }, input: 'heard' },
        { task: hear },
      ],
      onFailure: { task: note, payload: { by: 'nobody' } },
    },
  );
  await eventually(() => expect(seen).toHaveLength(3));
  await idle(platform);

  const payloads = seen.map(({ payload }) => payload);
  expect(payloads).toContainEqual({ by: 'Ada' });
  expect(payloads).toContainEqual({ by: 'Grace', heard: { said: 'hi', attempt: 1 } });
  expect(payloads).toContainEqual({ said: 'hi', attempt: 1 });
  expect(payloads).toHaveLength(3);
});

test('what follows has the options it was given, and the owner and group of what it follows', async () => {
  await using platform = await startPlatform({ handlers: [speaking] });

  const job = await platform.enqueue(
    speak,
    { words: 'hi' },
    {
      owner: 'ada',
      group: 'acme',
      onSuccess: {
        task: note,
        payload: { by: 'Ada' },
        options: { priority: 'low', delayMs: 60_000, tags: ['later'], attempts: 7 },
      },
    },
  );
  await job.result();

  await eventually(async () =>
    expect(await platform.producer.redis.zcard(`{${platform.prefix}}:ears:delayed`)).toBe(1),
  );
  const [id = ''] = await platform.producer.redis.zrange(
    `{${platform.prefix}}:ears:delayed`,
    '0',
    '-1',
  );
  await expect(platform.record(id)).resolves.toMatchObject({
    task: 'ears.note',
    status: 'scheduled',
    priority: 8,
    owner: 'ada',
    group: 'acme',
    tags: ['later'],
    payload: { by: 'Ada' },
  });
});

test('a job that is cancelled while it waits is followed as one that failed', async () => {
  const { seen, handlers } = createFollowers();
  await using platform = await startPlatform({ handlers: [speaking, ...handlers] });
  const options = { delayMs: 60_000, onSuccess: hear, onFailure: mourn };

  const job = await platform.enqueue(speak, { words: 'hi' }, options);
  await job.cancel('changed my mind');
  await eventually(() => expect(seen).toHaveLength(1));
  await idle(platform);

  await expect(job.status()).resolves.toBe('cancelled');
  expect(seen).toMatchObject([
    { payload: { jobId: job.id, error: { code: 'cancelled', message: expect.any(String) } } },
  ]);
});

test('so is one that is cancelled while it runs', async () => {
  const { seen, handlers } = createFollowers();
  const started = Promise.withResolvers<void>();
  const hanging = implement(speak, async (_payload, { signal }) => {
    started.resolve();
    await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
    return { said: '', attempt: 0 };
  });
  await using platform = await startPlatform({ handlers: [hanging, ...handlers] });

  const job = await platform.enqueue(speak, { words: 'hi' }, { onFailure: mourn });
  await started.promise;
  await job.cancel();
  await eventually(() => expect(seen).toHaveLength(1));

  expect(seen).toMatchObject([{ payload: { jobId: job.id, error: { code: 'cancelled' } } }]);
});

test('so is one that expired before it could be started', async () => {
  const { seen, handlers } = createFollowers();
  await using platform = await startPlatform({ handlers: [speaking, ...handlers] });
  const options = { delayMs: 20, expiresInMs: 1, onSuccess: hear, onFailure: mourn };

  const job = await platform.enqueue(speak, { words: 'hi' }, options);
  await eventually(() => expect(seen).toHaveLength(1));
  await idle(platform);

  expect(seen).toMatchObject([{ payload: { jobId: job.id, error: { code: 'expired' } } }]);
});

test.for(['thread', 'process'] as const)('isolated jobs are followed (%s)', async (isolate) => {
  const { seen, handlers } = createFollowers();
  const act = actIn(isolate);
  await using platform = await startPlatform({ handlers: [implementAct(act), ...handlers] });
  const onSuccess = { task: note, payload: { by: 'isolate' }, input: 'heard' };

  await platform.enqueue(act, { act: 'answer', value: 7 }, { onSuccess, onFailure: mourn });
  const dead = await platform.enqueue(
    act,
    { act: 'exit', value: 3 },
    { onSuccess, onFailure: mourn },
  );
  await eventually(() => expect(seen).toHaveLength(2), { timeoutMs: 20_000 });

  expect(seen.find(({ task }) => task === 'ears.mourn')).toMatchObject({
    payload: { jobId: dead.id, error: { code: 'crashed' } },
  });
  expect(seen.find(({ task }) => task === 'ears.note')).toMatchObject({
    payload: { by: 'isolate' },
  });
});

test('of many jobs each is followed, and one that was there already is not followed twice', async () => {
  const { seen, handlers } = createFollowers();
  await using platform = await startPlatform({
    handlers: [speaking, ...handlers],
    concurrency: 20,
  });

  const items = Array.from({ length: 50 }, (_, i) => ({
    task: speak,
    payload: { words: `w${i}` },
    options: { onSuccess: hear },
  }));
  await platform.producer.enqueueMany(items);
  for (let i = 0; i < 3; i += 1) {
    await platform.enqueue(speak, { words: 'same' }, { id: 'same', onSuccess: hear });
  }
  await eventually(() => expect(seen).toHaveLength(51), { timeoutMs: 10_000 });
  await idle(platform);

  const words = seen.map(({ payload }) => (payload as { said: string }).said);
  expect(new Set(words).size).toBe(51);
  expect(seen).toHaveLength(51);
});

test('a job enqueued by a handler is followed as well', async () => {
  const { seen, handlers } = createFollowers();
  const enqueuing = implement(speak, async ({ words }, { attempt, enqueue }) => {
    if (words === 'first') await enqueue(speak, { words: 'second' }, { onSuccess: hear });
    return { said: words, attempt };
  });
  await using platform = await startPlatform({ handlers: [enqueuing, ...handlers] });

  await platform.enqueue(speak, { words: 'first' });

  await eventually(() => expect(seen).toMatchObject([{ payload: { said: 'second' } }]));
});

test('a redriven job that ends anew is followed anew', async () => {
  const { seen, handlers } = createFollowers();
  let broken = true;
  const mended = implement(speak, ({ words }, { attempt }) => {
    if (broken) throw new Error('broken');
    return { said: words, attempt };
  });
  await using platform = await startPlatform({ handlers: [mended, ...handlers] });
  await using dead = openDeadLetters(platform);
  const options = { attempts: 1, onSuccess: hear, onFailure: mourn };
  const job = await platform.enqueue(speak, { words: 'hi' }, options);
  await eventually(() => expect(seen).toHaveLength(1));

  await dead.redrive([job.id]);
  await eventually(() => expect(seen).toHaveLength(2));
  broken = false;
  await eventually(async () => expect(await job.status()).toBe('failed'));
  await dead.redrive([job.id]);
  await eventually(() => expect(seen).toHaveLength(3));

  expect(seen.map(({ task }) => task)).toEqual(['ears.mourn', 'ears.mourn', 'ears.hear']);
});

test('types say which task can take a result, and which a failure', () => {
  type Options = EnqueueOptions<{ said: string; attempt: number }>;
  expectTypeOf<typeof hear>().toExtend<Options['onSuccess']>();
  expectTypeOf<typeof mourn>().toExtend<Options['onFailure']>();
  expectTypeOf<typeof hear>().not.toExtend<Options['onFailure']>();
  expectTypeOf<typeof mourn>().not.toExtend<Options['onSuccess']>();
  expectTypeOf<{ task: typeof mourn }>().not.toExtend<Options['onSuccess']>();
});
