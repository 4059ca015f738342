import { definePythonTask } from '@shared/contracts';
import { type Hooks, implement, openDeadLetters, type Outcome, why } from '@shared/queue';
import { eventually } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';

const double = definePythonTask('proj.double', { queue: 'sums' });

/** What the protocol that a job came in by would be told. */
const createWitness = () => {
  const told: { foreign: unknown; outcome: Outcome }[] = [];
  const hooks: Hooks = {
    origins: ['celery', 'rq'],
    settling: async ({ foreign }, outcome) => {
      told.push({ foreign, outcome });
    },
  };
  return { told, hooks: [hooks] };
};

const foreign = { tag: 'a-delivery-tag' };

test('a foreign job carries its notes, and values that JSON cannot hold', async () => {
  const { told, hooks } = createWitness();
  const handler = implement(double, ({ args }) => [(args[0] as bigint) * 2n, new Uint8Array([1])]);
  await using platform = await startPlatform({ handlers: [handler], hooks });

  const job = await platform.enqueue(
    double,
    { args: [2n ** 64n] },
    { id: 'a-celery-id', origin: 'celery', foreign },
  );

  expect(await job.result()).toEqual([2n ** 65n, new Uint8Array([1])]);
  expect(await platform.record('a-celery-id')).toMatchObject({
    origin: 'celery',
    payload: { args: [{ $int: String(2n ** 64n) }] },
  });
  expect(told).toEqual([
    { foreign, outcome: { kind: 'complete', result: [2n ** 65n, new Uint8Array([1])] } },
  ]);
});

test('a foreign job that is cancelled while it waits ends in a worker, which tells its protocol', async () => {
  const { told, hooks } = createWitness();
  await using platform = await startPlatform({
    handlers: [implement(double, () => 'ran')],
    hooks,
  });
  const job = await platform.enqueue(
    double,
    { args: [] },
    { origin: 'rq', foreign, delayMs: 3_600_000 },
  );

  expect(await job.cancel('not needed')).toBe(true);

  await expect(job.result()).rejects.toMatchObject({ code: 'cancelled' });
  expect(told).toMatchObject([
    { foreign, outcome: { kind: 'fail', error: { code: 'cancelled' } } },
  ]);
  expect(await job.status()).toBe('cancelled');
});

test('a job goes to another queue than its task’s own if it is told so', async () => {
  const { hooks } = createWitness();
  await using platform = await startPlatform({
    handlers: [implement(double, (_call, { queue }) => queue)],
    queues: ['high', 'sums'],
    hooks,
  });

  const job = await platform.enqueue(double, { args: [] }, { queue: 'high' });

  expect(job.queue).toBe('high');
  expect(await job.result()).toBe('high');
});

test('an ended job of the same id gives way when it is asked for again, a waiting one does not', async () => {
  const handler = implement(double, ({ args }, { fence }) => ({ args, fence }));
  const { hooks } = createWitness();
  await using platform = await startPlatform({ handlers: [handler], hooks });
  const again = { id: 'once-more', origin: 'celery', foreign, again: true } as const;

  const first = await platform.enqueue(double, { args: [1] }, again);
  const before = (await first.result()) as { fence: number };
  const second = await platform.enqueue(double, { args: [2] }, again);
  const after = (await second.result()) as { args: unknown[]; fence: number };
  await platform.enqueue(double, { args: [3] }, { ...again, delayMs: 3_600_000 });
  const third = await platform.enqueue(double, { args: [4] }, again);

  expect(second.duplicate).toBe(false);
  expect(after.args).toEqual([2]);
  expect(after.fence).toBeGreaterThan(before.fence);
  expect(third.duplicate).toBe(true);
});

test('a message that cannot become a job is kept as a dead letter', async () => {
  await using platform = await startPlatform({ handlers: [implement(double, () => 1)] });
  const { redisUrl, prefix } = platform;
  await using deadLetters = openDeadLetters({ redisUrl, prefix });

  const jobId = await platform.producer.bury({
    task: 'proj.unknown',
    queue: 'sums',
    origin: 'celery',
    code: 'undecodable',
    reason: 'the body is no JSON',
    payload: { raw: 'AAECAw==' },
  });

  const { deadLetters: found } = await deadLetters.list({ code: 'undecodable' });
  expect(found).toMatchObject([{ jobId, task: 'proj.unknown', reason: 'the body is no JSON' }]);
  expect(await platform.record(jobId)).toMatchObject({
    status: 'failed',
    origin: 'celery',
    payload: { raw: 'AAECAw==' },
  });
});

test('a worker that could not answer its program hands a job back unspent, and why says so', async () => {
  const answering = createWitness();
  const silent = createWitness();
  const handlers = [implement(double, (_call, { attempt }) => attempt)];
  const hooks = silent.hooks.map((hook) => ({ ...hook, origins: [] }));
  await using platform = await startPlatform({ handlers, hooks });
  const { redis } = platform.producer;

  const job = await platform.enqueue(double, { args: [] }, { origin: 'celery', foreign });
  await eventually(() => expect(silent.told.length).toBeGreaterThan(1));
  // Between two takes: while it is taken, another reason is the right one.
  await eventually(async () => {
    const { reasons } = await why({ redis, prefix: platform.prefix }, job.id);
    expect(reasons).toContainEqual(
      expect.objectContaining({ code: 'protocol_not_spoken', severity: 'blocking' }),
    );
  });
  await platform.startWorker({ handlers, hooks: answering.hooks });

  expect(await job.result({ timeoutMs: 30_000 })).toBe(1);
  expect(new Set(silent.told.map(({ outcome }) => outcome.kind))).toEqual(new Set(['return']));
  expect(answering.told).toMatchObject([{ outcome: { kind: 'complete' } }]);
});
