import { afterAll, beforeAll, expect, test } from 'vitest';
import { celery as celeryOf } from '@shared/interop';
import { builtinTasks, group, signature } from '@shared/interop/celery';
import { handle, HANDLERS } from './handlers.ts';
import { type CeleryPlace, openCelery } from './start-celery.ts';

const handlers = [
  ...HANDLERS,
  handle('split', ({ args }, attempt) => {
    throw celeryOf(attempt).replace(group(...args.map((arg) => signature('proj.add', [arg, 1]))));
  }),
];

let celery: CeleryPlace;

const run = <Value = unknown>(source: string) => celery.python.run<Value>(source);

beforeAll(async () => {
  celery = await openCelery({ db: 10, resultDb: 10 });
  await celery.worker([...handlers, ...builtinTasks(handlers, 'celery')]);
  await run('from celery.canvas import chunks, xmap, xstarmap');
});

afterAll(() => celery?.[Symbol.asyncDispose]());

test('map and starmap call the task in turn, and give a list', async () => {
  expect(
    await run(`xmap(sig('proj.total'), [[1, 2], [3, 4]], app=app).apply_async().get(timeout=30)`),
  ).toEqual([3, 7]);
  expect(
    await run(
      `xstarmap(sig('proj.add', 10), [(1, 2), (3, 4)], app=app).apply_async().get(timeout=30)`,
    ),
  ).toEqual([13, 17]);
});

test('chunks are as many starmaps', async () => {
  const source = `chunks(sig('proj.add'), [(n, n) for n in range(5)], 2, app=app).apply_async().get(timeout=30)`;

  expect(await run(source)).toEqual([[0, 2], [4, 6], [8]]);
});

test('a task that is replaced with a group gives the list of its results', async () => {
  expect(await run(`send('proj.split', 1, 2, 3).get(timeout=30)`)).toEqual([2, 3, 4]);
});

test('what nobody here has, and what is no task, fail by name', async () => {
  expect(await run(`outcome(xmap(sig('proj.nobody'), [1], app=app).apply_async())`)).toEqual([
    'raised',
    'celery.exceptions',
    'NotRegistered',
    ['proj.nobody'],
    'FAILURE',
  ]);
  expect(await run(`outcome(send('celery.chain'))`)).toEqual([
    'raised',
    'builtins',
    'NotImplementedError',
    ['chain is not a real task'],
    'FAILURE',
  ]);
  expect(await run(`send('celery.backend_cleanup').get(timeout=30)`)).toBeNull();
});
