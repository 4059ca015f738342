import { openDeadLetters } from '@shared/queue';
import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HANDLERS } from './handlers.ts';
import { type CeleryPlace, openCelery } from './start-celery.ts';

let celery: CeleryPlace;

const run = <Value = unknown>(source: string) => celery.python.run<Value>(source);

beforeAll(async () => {
  celery = await openCelery({ db: 1 });
  await celery.worker(HANDLERS);
});

afterAll(() => celery?.[Symbol.asyncDispose]());

test('delay is answered by get', async () => {
  expect(await run(`send('proj.add', 2, 3).get(timeout=30)`)).toBe(5);
});

test('values come and go as Python has them', async () => {
  const source = `send('proj.echo', 1, 2.5, 'é', None, True, [2**70], k={'a': {'b': []}}).get(timeout=30) == {
    'args': [1, 2.5, 'é', None, True, [2**70]], 'kwargs': {'k': {'a': {'b': []}}}}`;

  expect(await run(source)).toBe(true);
});

test('a large argument arrives whole', async () => {
  const source = `send('proj.echo', 'x' * 700_000).get(timeout=30)['args'][0] == 'x' * 700_000`;

  expect(await run(source)).toBe(true);
});

test('one that is larger than a job may be fails, and is not silent', async () => {
  expect(await run(`outcome(send('proj.echo', 'x' * 3_000_000))[:3]`)).toEqual([
    'raised',
    'celery.exceptions',
    'PayloadTooLargeError',
  ]);
});

test('an error is raised again by its Python class', async () => {
  expect(await run(`outcome(send('proj.fail', 'too far'))`)).toEqual([
    'raised',
    'builtins',
    'ValueError',
    ['too far'],
    'FAILURE',
  ]);
});

test('a countdown is waited for, and an expired task revoked', async () => {
  const [value, waited] = await run<[number, number]>(`
began = time.time()
[app.send_task('proj.add', [1, 2], countdown=1).get(timeout=30), time.time() - began]`);

  expect(value).toBe(3);
  expect(waited).toBeGreaterThanOrEqual(1);
  expect(await run(`outcome(app.send_task('proj.add', [1, 2], expires=-1))`)).toEqual([
    'raised',
    'celery.exceptions',
    'TaskRevokedError',
    ['expired'],
    'REVOKED',
  ]);
});

const sendAgain = (...args: number[]) =>
  `app.send_task('proj.add', ${JSON.stringify(args)}, task_id='again')`;

test('a task runs again under an id that was used before', async () => {
  // Another program: the first may yet read the news of its own task from its subscription.
  await using another = celery.console();

  expect(await run(`first = ${sendAgain(1, 2)}; first.get(timeout=30)`)).toBe(3);
  await run(`first.forget()`);

  expect(await another.run(`${sendAgain(5, 2)}.get(timeout=30)`)).toBe(7);
});

test('chains, groups and chords go on', async () => {
  const source = `[
    chain(sig('proj.add', 1, 2), sig('proj.add', 10), sig('proj.add', 100))().get(timeout=30),
    group(sig('proj.add', i, i) for i in range(4))().get(timeout=30),
    chord([sig('proj.add', i, i) for i in range(4)], sig('proj.total'))().get(timeout=30),
  ]`;

  expect(await run(source)).toEqual([113, [0, 2, 4, 6], 12]);
});

test.for([
  { options: 'time_limit=0.3', raised: ['billiard.exceptions', 'TimeLimitExceeded', ['0.3']] },
  { options: 'soft_time_limit=0.3', raised: ['billiard.exceptions', 'SoftTimeLimitExceeded', []] },
])('a task is stopped by $options', async ({ options, raised }) => {
  const source = `outcome(app.send_task('proj.sleep', [30], ${options}))`;

  expect(await run(source)).toEqual(['raised', ...raised, 'FAILURE']);
});

test('an unknown task fails as in Celery, and is kept as a dead letter', async () => {
  const { redisUrl, prefix } = celery;
  await using deadLetters = openDeadLetters({ redisUrl, prefix });

  expect(await run(`outcome(send('proj.nobody'))`)).toMatchObject([
    'raised',
    'celery.exceptions',
    'NotRegistered',
    [expect.stringContaining('proj.nobody')],
    'FAILURE',
  ]);
  await eventually(async () => {
    const { deadLetters: found } = await deadLetters.list({ task: 'proj.nobody' });
    expect(found).toMatchObject([{ reason: expect.stringContaining('proj.nobody') }]);
  });
});

test.for([
  { what: 'no JSON', raw: 'garbage' },
  {
    what: 'an envelope without an address',
    raw: '{"body": "e30=", "headers": {}, "properties": {}}',
  },
])('$what is kept as a dead letter, byte for byte', async ({ raw }) => {
  const { redisUrl, prefix, broker } = celery;
  await using deadLetters = openDeadLetters({ redisUrl, prefix });

  await broker.lpush('celery', raw);

  const payload = { raw: Buffer.from(raw).toString('base64'), bytes: raw.length, queue: 'celery' };
  await eventually(async () => {
    const { deadLetters: found } = await deadLetters.list({ task: 'celery.unreadable' });
    const jobs = await Promise.all(found.map(({ jobId }) => celery.producer.jobById(jobId)));
    const records = await Promise.all(jobs.map((job) => job.record()));
    expect(records).toContainEqual(expect.objectContaining({ payload }));
  });
});

test('nothing is held when all is done', async () => {
  await eventually(async () => {
    expect(await celery.broker.hlen('unacked')).toBe(0);
    expect(await celery.broker.zcard('unacked_index')).toBe(0);
  });
});
