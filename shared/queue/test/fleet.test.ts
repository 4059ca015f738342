import { implement, openFleet, startWorker } from '@shared/queue';
import { eventually, testRedisUrl, uniquePrefix } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { openRedisProxy } from './redis-proxy.ts';
import { other, work } from './tasks.ts';
import { spawnWorker } from './worker-process.ts';

/** Jobs that end when the test says so. */
const gated = (task = work) => {
  const gate = Promise.withResolvers<void>();
  const started: string[] = [];
  const handler = implement(task, async ({ label }) => {
    started.push(label);
    await gate.promise;
    return label;
  });
  return { handler, started, open: gate.resolve };
};

const quick = implement(work, ({ label }) => label);
const quickOther = implement(other, ({ label }) => label);

const fleetOf = ({ redisUrl, prefix }: { redisUrl: string; prefix: string }) =>
  openFleet({ redisUrl, prefix });

test('a worker shows what it is, what it runs and what it has done', async () => {
  const { handler, started, open } = gated();
  await using platform = await startPlatform({
    handlers: [handler],
    concurrency: 3,
    name: 'one',
    version: '4.5.6',
  });
  await using fleet = fleetOf(platform);
  const job = await platform.enqueue(work, { label: 'a' });
  await eventually(() => expect(started).toEqual(['a']));

  const [reply] = await fleet.command('all', { name: 'stats' });

  expect(reply).toMatchObject({
    worker: 'one',
    ok: true,
    result: {
      id: 'one',
      pid: process.pid,
      version: '4.5.6',
      queues: ['sums'],
      tasks: ['sums.work'],
      state: 'running',
      concurrency: 3,
      autoscale: null,
      deadlineAt: null,
      runningCount: 1,
      running: [{ jobId: job.id, task: 'sums.work', queue: 'sums', attempt: 1 }],
      counters: { taken: 1, completed: 0, failed: 0, retried: 0, returned: 0 },
    },
  });
  if (!reply?.ok) throw new Error('refused');
  expect(reply.result.rssBytes).toBeGreaterThan(1e7);
  expect(reply.result.running[0]?.since).toBeInstanceOf(Date);

  open();
  await job.result();
  await eventually(async () => {
    const [info] = await fleet.command('all', { name: 'stats' });
    expect(info).toMatchObject({ result: { runningCount: 0, counters: { completed: 1 } } });
  });
});

test('the fleet lists each worker until it has left', async () => {
  await using platform = await startPlatform({ handlers: [quick], name: 'b' });
  const second = await platform.startWorker({ handlers: [quickOther], name: 'a' });
  await using fleet = fleetOf(platform);

  await expect(fleet.workers()).resolves.toMatchObject([
    { id: 'a', queues: ['others'] },
    { id: 'b', queues: ['sums'] },
  ]);
  await second[Symbol.asyncDispose]();

  await expect(fleet.workers()).resolves.toMatchObject([{ id: 'b' }]);
});

test('a worker that dies without a word is forgotten within 15 seconds', async () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await using platform = await startPlatform({ handlers: [quick] });
  await using fleet = openFleet({ redisUrl, prefix });
  await using worker = spawnWorker({ redisUrl, prefix, name: 'doomed' });
  await worker.says(/^ready/);
  await expect(fleet.workers()).resolves.toMatchObject([{ id: 'doomed', pid: worker.pid }]);

  worker.signal('SIGKILL');
  await worker.ended;

  const { redis } = platform.producer;
  const leftMs = await redis.pttl(`{${prefix}}:worker:doomed`);
  expect(leftMs).toBeGreaterThan(0);
  expect(leftMs).toBeLessThanOrEqual(15_000);
  await redis.pexpire(`{${prefix}}:worker:doomed`, 1);
  await eventually(async () => expect(await fleet.workers()).toEqual([]));
});

test.for([
  { target: 'all', told: ['one', 'three', 'two'] },
  { target: { ids: ['one', 'two'] }, told: ['one', 'two'] },
  { target: { queue: 'others' }, told: ['three'] },
] as const)('a command for $target reaches $told and nobody else', async ({ target, told }) => {
  await using platform = await startPlatform({ handlers: [quick], name: 'one' });
  await platform.startWorker({ name: 'two' });
  await platform.startWorker({ handlers: [quickOther], name: 'three' });
  await using fleet = fleetOf(platform);

  const replies = await fleet.command(target, { name: 'pause' });

  expect(replies.map(({ worker, ok }) => [worker, ok])).toEqual(told.map((id) => [id, true]));
  const paused = (await fleet.command('all', { name: 'stats' })).flatMap((reply) =>
    reply.ok && reply.result.state === 'paused' ? [reply.worker] : [],
  );
  expect(paused).toEqual(told);
});

test('every worker that is meant has an answer, be it that there was none', async () => {
  await using platform = await startPlatform({ handlers: [quick], name: 'here' });
  await using fleet = fleetOf(platform);

  const replies = await fleet.command(
    { ids: ['here', 'gone'] },
    { name: 'ping' },
    { timeoutMs: 300 },
  );

  expect(replies).toMatchObject([
    { worker: 'gone', ok: false, code: 'no_reply' },
    { worker: 'here', ok: true, result: { uptimeMs: expect.any(Number) as number } },
  ]);
});

test('a fleet without workers answers at once', async () => {
  await using fleet = openFleet({ redisUrl: testRedisUrl(), prefix: uniquePrefix() });

  await expect(fleet.workers()).resolves.toEqual([]);
  await expect(fleet.command('all', { name: 'ping' })).resolves.toEqual([]);
});

test.for([
  { name: 'grow', by: 0 },
  { name: 'concurrency', to: 1.5 },
  { name: 'autoscale', range: { max: 1, min: 3 } },
  { name: 'dance' },
])('the command $name is refused when it makes no sense', async (command) => {
  await using fleet = openFleet({ redisUrl: testRedisUrl(), prefix: uniquePrefix() });

  await expect(fleet.command('all', command as never)).rejects.toMatchObject({
    code: 'invalid_option',
  });
});

test('a command of a later release is refused by name, not swallowed', async () => {
  await using platform = await startPlatform({ handlers: [quick], name: 'old' });
  const { redis } = platform.producer;
  const message = {
    id: 'c1',
    target: 'all',
    command: { name: 'dance' },
    expiresInMs: 5_000,
    answer: true,
  };
  await redis.xadd(`{${platform.prefix}}:commands`, '*', 'message', JSON.stringify(message));
  await redis.publish(`{${platform.prefix}}:control`, '');

  await eventually(async () => {
    const [entry] = await redis.xrange(`{${platform.prefix}}:replies:c1`, '-', '+');
    expect(JSON.parse(entry?.[1][1] ?? '')).toMatchObject({ worker: 'old', ok: false });
  });
});

test('a paused worker takes nothing, lets its jobs end, and goes on when told', async () => {
  const { handler, started, open } = gated();
  await using platform = await startPlatform({ handlers: [handler], concurrency: 2 });
  await using fleet = fleetOf(platform);
  const running = await platform.enqueue(work, { label: 'before' });
  await eventually(() => expect(started).toEqual(['before']));

  await fleet.command('all', { name: 'pause' });
  const waiting = await platform.enqueue(work, { label: 'after' });
  open();
  await running.result();

  await expect(waiting.status()).resolves.toBe('queued');
  await expect(platform.worker.health()).resolves.toEqual({ ok: true });
  expect(started).toEqual(['before']);
  await fleet.command('all', { name: 'resume' });
  await expect(waiting.result({ timeoutMs: 2_000 })).resolves.toBe('after');
});

test('a paused worker swallows no wake-up that was meant for others', async () => {
  await using platform = await startPlatform({ handlers: [quick], name: 'first asleep' });
  await platform.startWorker({ name: 'second' });
  await using fleet = fleetOf(platform);
  // Both sleep on the queue, and Redis wakes the one that has slept longest.
  await fleet.command({ ids: ['first asleep'] }, { name: 'pause' });

  const job = await platform.enqueue(work, { label: 'awake' });

  await expect(job.result({ timeoutMs: 2_000 })).resolves.toBe('awake');
});

test('more slots take effect while all are busy, fewer as jobs end', async () => {
  const { handler, started, open } = gated();
  await using platform = await startPlatform({ handlers: [handler], concurrency: 1 });
  await using fleet = fleetOf(platform);
  const jobs = [];
  for (let i = 1; i <= 5; i += 1) jobs.push(await platform.enqueue(work, { label: `${i}` }));
  await eventually(() => expect(started).toHaveLength(1));

  const [grown] = await fleet.command('all', { name: 'grow', by: 2 });

  expect(grown).toMatchObject({ result: { concurrency: 3, paused: false, autoscale: null } });
  await eventually(() => expect(started).toHaveLength(3));
  expect(platform.worker.running()).toBe(3);
  const [shrunk] = await fleet.command('all', { name: 'shrink', by: 9 });
  expect(shrunk).toMatchObject({ result: { concurrency: 1 } });
  expect(platform.worker.concurrency).toBe(1);
  open();
  await Promise.all(jobs.map((job) => job.result()));
});

test.for([
  { held: 'concurrency', before: { concurrency: 1 }, after: { concurrency: 3 } },
  { held: 'rate', before: { rate: { max: 1, perMs: 3_600_000 } }, after: {} },
] as const)('a wider $held lets go at once what the old one held', async ({ before, after }) => {
  const { handler, started, open } = gated({ ...work, ...before });
  await using platform = await startPlatform({ handlers: [handler], concurrency: 5 });
  await using fleet = fleetOf(platform);
  const limited = { ...work, ...before };
  const jobs = [];
  for (const label of ['1', '2', '3']) jobs.push(await platform.enqueue(limited, { label }));
  await eventually(() => expect(started).toHaveLength(1));
  await expect(jobs[2]?.status()).resolves.toBe('queued');

  await fleet.setLimit('sums.work', after);

  await eventually(() => expect(started).toHaveLength(3), { timeoutMs: 3_000 });
  open();
  await Promise.all(jobs.map((job) => job.result()));
});

test('a limit is set for the whole fleet, but not on a task that stands in no line', async () => {
  await using platform = await startPlatform({ handlers: [quick] });
  await using fleet = fleetOf(platform);

  await fleet.setLimit('stripe', { rate: { max: 10, perMs: 1_000 } });

  const rule = await platform.producer.redis.hgetall(`{${platform.prefix}}:limit:stripe`);
  expect(rule).toEqual({ source: 'operator', max: '10', perMs: '1000' });
  await expect(fleet.setLimit('sums.work', { concurrency: 1 })).rejects.toMatchObject({
    code: 'invalid_option',
  });
});

test('a command that was sent while the connection was cut is carried out once', async () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await using proxy = await openRedisProxy(redisUrl);
  await using worker = await startWorker({
    handlers: [quick],
    redisUrl: proxy.url,
    prefix,
    concurrency: 1,
    name: 'cut-off',
  });
  await using fleet = openFleet({ redisUrl, prefix });

  proxy.cut();
  const late = fleet.command('all', { name: 'grow', by: 3 }, { timeoutMs: 8_000 });
  const expired = await fleet.command(
    'all',
    { name: 'grow', by: 100 },
    { timeoutMs: 400, expiresInMs: 300 },
  );
  proxy.restore();

  await expect(late).resolves.toMatchObject([{ worker: 'cut-off', result: { concurrency: 4 } }]);
  expect(expired).toMatchObject([{ ok: false, code: 'no_reply' }]);
  // Further commands, and connections cut, never bring the earlier ones back.
  proxy.cut();
  proxy.restore();
  await expect(fleet.command('all', { name: 'grow', by: 1 })).resolves.toMatchObject([
    { result: { concurrency: 5 } },
  ]);
  expect(worker.concurrency).toBe(5);
});

test('a worker told to shut down ends its jobs and exits as on SIGTERM', async () => {
  const [redisUrl, prefix] = [testRedisUrl(), uniquePrefix()];
  await using fleet = openFleet({ redisUrl, prefix });
  await using first = spawnWorker({ redisUrl, prefix, name: 'first' });
  await using second = spawnWorker({ redisUrl, prefix, name: 'second' });
  await Promise.all([first.says(/^ready/), second.says(/^ready/)]);

  const replies = await fleet.command({ ids: ['first'] }, { name: 'shutdown', graceMs: 3_000 });

  expect(replies).toMatchObject([{ worker: 'first', result: { running: 0, graceMs: 3_000 } }]);
  await expect(first.ended).resolves.toBe(0);
  await expect(fleet.workers()).resolves.toMatchObject([{ id: 'second' }]);
});
