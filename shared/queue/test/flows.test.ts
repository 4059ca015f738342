import { type Canvas, chain, chord, defineTask, group } from '@shared/contracts';
import { createProducer, implement } from '@shared/queue';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';

const add = defineTask({
  name: 'math.add',
  queue: 'math',
  payload: z.strictObject({ a: z.number(), b: z.number() }),
  result: z.number(),
  attempts: 1,
});

const sum = defineTask({
  name: 'totals.sum',
  queue: 'totals',
  payload: z.strictObject({ numbers: z.array(z.number().nullable()), plus: z.number().default(0) }),
  result: z.number(),
  attempts: 1,
});

const fail = defineTask({
  name: 'math.fail',
  queue: 'math',
  payload: z.strictObject({}),
  result: z.number(),
  attempts: 1,
});

const tasks = [add, sum, fail];
const handlers = [
  implement(add, ({ a, b }) => a + b),
  implement(sum, ({ numbers, plus }) => numbers.reduce<number>((x, y) => x + (y ?? 100), plus)),
  implement(fail, () => {
    throw new Error('no number');
  }),
];

test('a chain passes each result on, over queues', async () => {
  await using platform = await startPlatform({ handlers });

  const flow = await platform.producer.enqueueFlow(
    chain(
      add.s({ a: 1, b: 2 }),
      add.s({ b: 10 }, { input: 'a' }),
      add.s({ b: 100 }, { input: 'a' }),
    ),
    { tasks },
  );

  expectTypeOf(await flow.result()).toEqualTypeOf<number>();
  await expect(flow.result()).resolves.toBe(113);
  await expect(flow.record()).resolves.toMatchObject({ task: 'math.add', status: 'complete' });
});

test('a group gives the list of its results in their order', async () => {
  await using platform = await startPlatform({ handlers, concurrency: 5 });

  const flow = await platform.producer.enqueueFlow(
    group([add.s({ a: 1, b: 1 }), add.s({ a: 2, b: 2 }), add.s({ a: 3, b: 3 })]),
    { tasks },
  );

  await expect(flow.result()).resolves.toEqual([2, 4, 6]);
});

test('a chord runs its body once, with the results of its header', async () => {
  await using platform = await startPlatform({ handlers, concurrency: 5 });
  const header = Array.from({ length: 20 }, (_, i) => add.s({ a: i, b: 0 }));

  const flow = await platform.producer.enqueueFlow(
    chord(header, sum.s({ plus: 1_000 }, { input: 'numbers' })),
    { tasks },
  );

  await expect(flow.result()).resolves.toBe(1_190);
});

test.for<{ shape: string; canvas: Canvas; result: unknown }>([
  {
    shape: 'groups after groups',
    canvas: chain(
      group([add.s({ a: 1, b: 0 }), add.s({ a: 2, b: 0 })]),
      group([sum.s({}, { input: 'numbers' }), sum.s({ plus: 5 }, { input: 'numbers' })]),
      sum.s({}, { input: 'numbers' }),
    ),
    result: 11,
  },
  {
    shape: 'chains in a group',
    canvas: group([
      chain(add.s({ a: 1, b: 1 }), add.s({ b: 1 }, { input: 'a' })),
      chain(add.s({ a: 5, b: 5 }), add.s({ b: 5 }, { input: 'a' })),
    ]),
    result: [3, 15],
  },
  {
    shape: 'a chord whose header holds a group and a chain',
    canvas: chord(
      [
        chord([add.s({ a: 1, b: 1 })], sum.s({}, { input: 'numbers' })),
        chain(add.s({ a: 2, b: 2 }), add.s({ b: 2 }, { input: 'a' })),
      ],
      sum.s({}, { input: 'numbers' }),
    ),
    result: 8,
  },
  {
    shape: 'a chain in a chain after a group',
    canvas: chain(
      group([add.s({ a: 1, b: 0 }), add.s({ a: 2, b: 0 })]),
      chain(sum.s({}, { input: 'numbers' }), add.s({ b: 1 }, { input: 'a' })),
    ),
    result: 4,
  },
  { shape: 'one task alone', canvas: add.s({ a: 1, b: 1 }), result: 2 },
])('nested: $shape', async ({ canvas, result }) => {
  await using platform = await startPlatform({ handlers, concurrency: 5 });

  const flow = await platform.producer.enqueueFlow(canvas, { tasks });

  await expect(flow.result({ timeoutMs: 5_000 })).resolves.toEqual(result);
});

test('a signature survives storage as JSON', async () => {
  await using platform = await startPlatform({ handlers });
  const stored = JSON.stringify(chain(add.s({ a: 1, b: 2 }), add.s({ b: 3 }, { input: 'a' })));

  const flow = await platform.producer.enqueueFlow(JSON.parse(stored) as Canvas, { tasks });

  await expect(flow.result()).resolves.toBe(6);
});

test('what waits for a job that fails, fails with it and says so', async () => {
  await using platform = await startPlatform({ handlers });

  const flow = await platform.producer.enqueueFlow(
    chain(
      chord([add.s({ a: 1, b: 1 }), fail.s({})], sum.s({}, { input: 'numbers' })),
      add.s({ b: 1 }, { input: 'a' }),
    ),
    { tasks },
  );

  await expect(flow.result()).rejects.toMatchObject({ failureCode: 'child_failed' });
  const { error, attempts } = await flow.record();
  expect(error?.message).toContain('did not succeed');
  expect(attempts).toBe(0);
});

test('a child whose failure may be ignored leaves null in its place', async () => {
  await using platform = await startPlatform({ handlers });

  const flow = await platform.producer.enqueueFlow(
    chord(
      [add.s({ a: 1, b: 1 }), fail.s({}, { onFailure: 'ignore' })],
      sum.s({}, { input: 'numbers' }),
    ),
    { tasks },
  );

  await expect(flow.result()).resolves.toBe(102);
});

test('cancelling a flow by its one id cancels what is left of it', async () => {
  await using producer = createProducer({ redisUrl: testRedisUrl(), prefix: uniquePrefix() });
  const flow = await producer.enqueueFlow(
    chord([add.s({ a: 1, b: 1 }), add.s({ a: 2, b: 2 })], sum.s({}, { input: 'numbers' })),
    { tasks },
  );

  await expect((await producer.jobById(flow.id)).cancel('not wanted')).resolves.toBe(true);

  await expect(flow.status()).resolves.toBe('cancelled');
  const counts = await producer.queueCounts();
  expect([counts['math'], counts['totals']]).toMatchObject([
    { queued: 0, waiting_children: 0, failed: 2 },
    { queued: 0, waiting_children: 0, failed: 1 },
  ]);
});

test('how far a flow is can be read off its last job', async () => {
  await using platform = await startPlatform({ handlers });
  const header = [add.s({ a: 1, b: 1 }), add.s({ a: 2, b: 2 }, { delayMs: 60_000 })];

  const flow = await platform.producer.enqueueFlow(chord(header, sum.s({}, { input: 'numbers' })), {
    tasks,
  });

  await eventually(async () => {
    await expect(flow.record()).resolves.toMatchObject({
      status: 'waiting_children',
      progress: 0.5,
    });
  });
});

test.for([
  {
    reason: 'an unknown task',
    canvas: { kind: 'task', task: 'no.such', payload: {} } as const,
    code: 'unknown_task',
  },
  { reason: 'a bad payload', canvas: add.s({ a: 1, b: 'x' as never }), code: 'invalid_payload' },
  {
    reason: 'an input that is no field',
    canvas: chain(add.s({ a: 1, b: 1 }), add.s({ a: 1, b: 1 }, { input: 'c' as never })),
    code: 'invalid_option',
  },
])('a flow with $reason is refused before anything is written', async ({ canvas, code }) => {
  const prefix = uniquePrefix();
  await using producer = createProducer({ redisUrl: testRedisUrl(), prefix });

  const refused = producer.enqueueFlow(chain(add.s({ a: 1, b: 1 }), canvas), { tasks });

  await expect(refused).rejects.toMatchObject({ code });
  await expect(producer.redis.keys(`{${prefix}}:*`)).resolves.toEqual([]);
});

test('ten thousand children fan out and come together', async () => {
  await using platform = await startPlatform({ handlers, concurrency: 100 });
  const header = Array.from({ length: 10_000 }, (_, i) => add.s({ a: i, b: 1 }));

  const flow = await platform.producer.enqueueFlow(chord(header, sum.s({}, { input: 'numbers' })), {
    tasks,
  });

  await expect(flow.result({ timeoutMs: 30_000 })).resolves.toBe(50_005_000);
}, 40_000);

test('a large flow whose writer dies half-way never runs a part of itself', async () => {
  const prefix = uniquePrefix();
  await using platform = await startPlatform({ handlers, concurrency: 20 });
  await using producer = createProducer({ redisUrl: testRedisUrl(), prefix });
  const header = Array.from({ length: 2_000 }, (_, i) => add.s({ a: i, b: 1 }));
  const writing = platform.producer.enqueueFlow(chord(header, sum.s({}, { input: 'numbers' })), {
    tasks,
  });
  const cut = eventually(
    async () => {
      const counts =
        (await producer.redis.zcard(`{${platform.prefix}}:math:waiting-children`)) > 200;
      if (!counts) throw new Error('not yet');
      platform.producer.redis.disconnect();
    },
    { everyMs: 1 },
  );

  await Promise.allSettled([writing, cut]);

  const { redis } = producer;
  const opened = await redis.zcard(`{${platform.prefix}}:gates`);
  const ran = await redis.zcard(`{${platform.prefix}}:math:completed`);
  // Either the cut came too late and all of it runs, or the gate is shut and nothing does.
  expect([opened, ran === 0]).toEqual([1, true]);
});

test.for([300, 1_500])('%i jobs at once are all there and run', async (count) => {
  await using platform = await startPlatform({ handlers, concurrency: 50 });

  const jobs = await platform.producer.enqueueMany(
    Array.from({ length: count }, (_, i) => ({ task: add, payload: { a: i, b: 1 } })),
  );
  const results = await Promise.all(jobs.map((job) => job.result({ timeoutMs: 15_000 })));

  expect(results).toEqual(Array.from({ length: count }, (_, i) => i + 1));
});

test('of many jobs whose producer loses its connection all are there, or none', async () => {
  await using watcher = createProducer({ redisUrl: testRedisUrl(), prefix: uniquePrefix() });
  const prefixes = Array.from({ length: 20 }, uniquePrefix);

  for (const [round, prefix] of prefixes.entries()) {
    await using producer = createProducer({ redisUrl: testRedisUrl(), prefix });
    await producer.ping();
    const sending = producer.enqueueMany(
      Array.from({ length: 900 }, (_, i) => ({ task: add, payload: { a: i, b: 1 } })),
    );
    // Each round is cut a turn of the event loop later.
    for (let turn = 0; turn < round; turn += 1) await new Promise((go) => setImmediate(go));
    producer.redis.disconnect();
    await Promise.allSettled([sending]);
  }

  const counts = await Promise.all(
    prefixes.map((prefix) => watcher.redis.zcard(`{${prefix}}:math:prioritized`)),
  );
  expect(counts.filter((count) => count !== 0 && count !== 900)).toEqual([]);
});
