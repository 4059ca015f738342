import { celery as celeryRun, PythonError } from '@shared/interop';
import { makeChain, makeSignature } from '@shared/interop/celery';
import { py } from '@shared/interop/pickle';
import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handle, HANDLERS } from './handlers.ts';
import { type CeleryPlace, openCelery } from './start-celery.ts';

let celery: CeleryPlace;
const run = <Value = unknown>(source: string) => celery.python.run<Value>(source);

const MORE = [
  handle('request', (_call, attempt) => celeryRun(attempt).request),
  handle('retry', ({ args: [until, most] }, attempt) => {
    const { request, retry } = celeryRun(attempt);
    if (request.retries < Number(until)) {
      const cause = new PythonError('KeyError', ['not yet']);
      throw retry({
        countdown: 0.1,
        cause,
        ...(most === undefined ? {} : { maxRetries: Number(most) }),
      });
    }
    return request.retries;
  }),
  handle('give_up', (_call, attempt) => {
    throw celeryRun(attempt).retry({ countdown: 0, maxRetries: 1 });
  }),
  handle('replace', ({ args: [number] }, attempt) => {
    throw celeryRun(attempt).replace(makeSignature('proj.add', [Number(number), 100]));
  }),
  handle('replace_by_chain', ({ args: [number] }, attempt) => {
    const steps = [makeSignature('proj.add', [Number(number), 1]), makeSignature('proj.add', [10])];
    throw celeryRun(attempt).replace(makeChain(steps));
  }),
  handle('one_more', async ({ args: [number] }, attempt) => {
    await celeryRun(attempt).addToChord(makeSignature('proj.add', [1000]));
    return number;
  }),
  handle('ignore', (_call, attempt) => {
    throw celeryRun(attempt).ignore();
  }),
  handle('reject_once', (_call, attempt) => {
    const { request, reject } = celeryRun(attempt);
    if (!request.deliveryInfo.redelivered) throw reject({ requeue: true });
    return 'taken again';
  }),
  handle('progress', async (_call, attempt) => {
    await celeryRun(attempt).updateState('PROGRESS', { done: 1, of: 2 });
    return new Promise(() => undefined);
  }),
  handle('own_error', () => {
    throw new PythonError('InsufficientFunds', ['acct-7', 12], { module: 'billing.errors' });
  }),
  handle('values', () => ({
    big: 2n ** 70n,
    tuple: py.tuple([1, 'x']),
    at: new Date(0),
    none: undefined,
  })),
  handle('parent', async (_call, attempt) =>
    celeryRun(attempt).send(makeSignature('proj.add', [4, 5])),
  ),
];

beforeAll(async () => {
  celery = await openCelery({ db: 5 });
  await celery.worker([...HANDLERS, ...MORE]);
});

afterAll(() => celery?.[Symbol.asyncDispose]());

test('a handler reads its request', async () => {
  const source = `
result = sig('proj.request', 1, k=2).apply_async(headers={'x-user': 'ada'}, priority=3, tenant='blue', stamped_headers=['tenant'], time_limit=30, soft_time_limit=20)
[result.get(timeout=30), result.id]`;

  const [request, id] = await run<[Record<string, unknown>, string]>(source);

  expect(request).toMatchObject({
    id,
    rootId: id,
    parentId: null,
    args: [1],
    kwargs: { k: 2 },
    retries: 0,
    headers: { 'x-user': 'ada' },
    deliveryInfo: { exchange: '', routingKey: 'celery', priority: 3, redelivered: false },
    stamps: { tenant: 'blue' },
    timeLimit: { hard: 30, soft: 20 },
  });
});

test('a retry runs under the same id, and shows why meanwhile', async () => {
  expect(await run(`send('proj.retry', 2).get(timeout=30)`)).toBe(2);
  expect(await run(`outcome(send('proj.retry', 9, 1))`)).toMatchObject([
    'raised',
    'builtins',
    'KeyError',
    ['not yet'],
    'FAILURE',
  ]);
  expect(await run(`outcome(send('proj.give_up'))[:3]`)).toEqual([
    'raised',
    'celery.exceptions',
    'MaxRetriesExceededError',
  ]);
});

test('a task is replaced by another, and by a chain', async () => {
  expect(await run(`send('proj.replace', 5).get(timeout=30)`)).toBe(105);
  expect(
    await run(`chain(sig('proj.replace_by_chain', 5), sig('proj.add', 100))().get(timeout=30)`),
  ).toBe(116);
});

test('a chord grows while it runs', async () => {
  expect(
    await run(
      `chord([sig('proj.one_more', 1), sig('proj.add', 2)], sig('proj.total'))().get(timeout=30)`,
    ),
  ).toBe(1003);
});

test('an ignored task stores nothing, a rejected one is taken again', async () => {
  await run(`ignored = send('proj.ignore')`);
  expect(await run(`send('proj.reject_once').get(timeout=30)`)).toBe('taken again');

  await eventually(async () => {
    expect(await celery.broker.hlen('unacked')).toBe(0);
  });
  expect(await run(`ignored.state`)).toBe('PENDING');
});

test('a state of its own is seen', async () => {
  await run(`moving = app.send_task('proj.progress', time_limit=20)`);
  await eventually(async () => {
    expect(await run(`[moving.state, moving.info]`)).toEqual(['PROGRESS', { done: 1, of: 2 }]);
  });
  await run(`moving.revoke(terminate=True)`);
  expect(await run(`outcome(moving)[:3]`)).toEqual([
    'raised',
    'celery.exceptions',
    'TaskRevokedError',
  ]);
});

test('an error has the class, module and arguments that were chosen', async () => {
  expect(await run(`outcome(send('proj.own_error'))`)).toMatchObject([
    'raised',
    'celery.exceptions',
    'InsufficientFunds',
    ['acct-7', '12'],
    'FAILURE',
  ]);
});

test('values that JSON has no form for are returned', async () => {
  expect(await run(`str(send('proj.values').get(timeout=30))`)).toBe(
    `{'big': ${2n ** 70n}, 'tuple': [1, 'x'], 'at': datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), 'none': None}`,
  );
});

test('a task sends children, which its result names', async () => {
  expect(
    await run(`
parent = send('proj.parent')
[parent.get(timeout=30)[0][0], [child.id for child in parent.children], [child.get(timeout=30) for child in parent.children]]`),
  ).toMatchObject([expect.any(String), [expect.any(String)], [9]]);
});
