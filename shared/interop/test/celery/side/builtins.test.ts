import { afterAll, beforeAll, expect, test } from 'vitest';
import { celery as celeryOf } from '@shared/interop';
import { group, signature } from '@shared/interop/celery';
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
  await celery.worker(handlers);
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

/** A body and the group it waits for, as a client sends them whose results nobody counts. */
const UNLOCK = `
def unlock(group_result, body, **more):
    body = body.clone(); body.freeze()
    app.send_task('celery.chord_unlock', (group_result.id, dict(body)), dict(
        interval=0.2, result=[result.as_tuple() for result in group_result.results], **more))
    return app.AsyncResult(body.id)`;

test('chord_unlock sends the body when all have ended, however long that takes', async () => {
  await run(UNLOCK);
  await run(`header = group(sig('proj.add', n, n) for n in range(3))
slow = group([sig('proj.sleep', 1), sig('proj.add', 1)])`);

  expect(await run(`unlock(header(), sig('proj.total')).get(timeout=30)`)).toBe(6);
  expect(await run(`unlock(slow(), sig('proj.total')).get(timeout=30)`)).toBe(2);
});

test('chord_unlock fails the body with the first that failed, and its errbacks are called', async () => {
  await run(UNLOCK);
  await run(`bad = group([sig('proj.add', 1, 1), sig('proj.fail', 'ow')])()
body = sig('proj.total').on_error(sig('proj.echo').set(task_id='called-' + bad.id))
result = unlock(bad, body)`);

  expect(await run(`outcome(result)`)).toEqual([
    'raised',
    'celery.exceptions',
    'ChordError',
    [await run(`f"Dependency {bad.results[1].id} raised ValueError('ow')"`)],
    'FAILURE',
  ]);
  expect(
    await run(`app.AsyncResult('called-' + bad.id).get(timeout=30)['args'] == [result.id]`),
  ).toBe(true);
});

test('chord_unlock gives up after as many looks as it was told', async () => {
  const ends = `outcome(app.send_task('celery.chord_unlock', ('no-group', dict(sig('proj.total'))), dict(
    interval=0.1, max_retries=1, result=[[['nobody-runs-it', None], None]])))`;

  expect(await run<string[]>(ends)).toEqual([
    'raised',
    'celery.exceptions',
    'MaxRetriesExceededError',
    [expect.stringContaining("Can't retry celery.chord_unlock[")],
    'FAILURE',
  ]);
});
