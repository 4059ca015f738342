import { setTimeout as sleep } from 'node:timers/promises';
import { bind, celery as celeryOf, PythonError } from '@shared/interop';
import {
  chain,
  chord,
  group,
  onError,
  onSuccess,
  signature,
  signatureOf,
  stamp,
  type TaskMeta,
} from '@shared/interop/celery';
import { eventually } from '@shared/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definePythonTask } from '@shared/contracts';
import { implement } from '@shared/queue';
import { handle, HANDLERS } from './handlers.ts';
import { type CeleryPlace, openCelery } from './start-celery.ts';

let celery: CeleryPlace;
const run = <Value = unknown>(source: string) => celery.python.run<Value>(source);

const marks: unknown[] = [];
const failures: Promise<TaskMeta | null>[] = [];

const add = (...args: number[]) => signature('proj.add', args);

const elsewhere = definePythonTask('proj.elsewhere', { queue: 'other' });
const again = definePythonTask('proj.again', { queue: 'celery', attempts: 3 });

const MORE = [
  handle('sends', (_call, attempt) =>
    celeryOf(attempt).send(chain(add(1, 2), group(add(3), add(4)))),
  ),
  handle('outer', ({ args: [given] }, attempt) => {
    const linked = onSuccess(signatureOf(given), signature('proj.mark'));
    throw celeryOf(attempt).replace(stamp(onError(linked, signature('proj.failed')), { batch: 7 }));
  }),
  handle('mark', ({ args: [value] }, attempt) => {
    marks.push([value, celeryOf(attempt).request.stamps]);
  }),
  handle('failed', (call, attempt) => {
    const { id } = bind<{ id: string }>(call, 'id');
    failures.push(celeryOf(attempt).result(id).meta());
  }),
  handle('properties', (_call, attempt) => celeryOf(attempt).request.properties),
  handle('empty', (_call, attempt) => {
    throw celeryOf(attempt).replace(chain());
  }),
  handle('guarded', async ({ args: [how] }, { signal }) => {
    try {
      await sleep(60_000, undefined, { signal });
    } catch {
      if (how === 'raise') throw new PythonError('LookupError', ['gave up']);
    }
    return 'in time';
  }),
  implement(elsewhere, ({ args: [number] }) => Number(number) * 2),
  implement(again, (_call, attempt) => {
    const { retries } = celeryOf(attempt).request;
    if (retries < 2) throw new RangeError('not yet');
    return retries;
  }),
  handle('to_elsewhere', (_call, attempt) => {
    throw celeryOf(attempt).replace(chord([signature(elsewhere, [4])], signature('proj.total')));
  }),
];

beforeAll(async () => {
  celery = await openCelery({ db: 60, resultDb: 60 });
  await celery.worker([...HANDLERS, ...MORE], { queues: ['celery', 'other'] });
});

afterAll(() => celery?.[Symbol.asyncDispose]());

test('what a task returns of what it sent is a result to its caller', async () => {
  const source = `
from celery.result import result_from_tuple
sent = result_from_tuple(send('proj.sends').get(timeout=30), app=app)
[sent.get(timeout=30), sent.parent.get(timeout=30)]`;

  expect(await run(source)).toEqual([[6, 7], 3]);
});

test('a replacement calls back with its stamps, and its failure tells the errback', async () => {
  await run(`send('proj.outer', dict(sig('proj.add', 1, 2))).get(timeout=30)`);
  await run(`outcome(send('proj.outer', dict(sig('proj.fail', 'no'))))`);

  await eventually(() => expect(marks).toEqual([[3, { batch: 7 }]]));
  await eventually(() => expect(failures).toHaveLength(1));
  expect(await failures[0]).toMatchObject({ exception: { type: 'ValueError', args: ['no'] } });
});

test('an empty chain takes nobody’s place', async () => {
  expect(await run(`outcome(send('proj.empty'))`)).toEqual([
    'raised',
    'celery.exceptions',
    'ImproperlyConfigured',
    ['Cannot replace with an empty chain'],
    'FAILURE',
  ]);
});

test('a task that is known here goes where it is taken from', async () => {
  expect(await run(`send('proj.to_elsewhere').get(timeout=30)`)).toBe(8);
});

test('the properties of a message are the program’s own as well', async () => {
  const source = `app.send_task('proj.properties', app_id='shop').get(timeout=30)`;

  expect(await run(source)).toMatchObject({ app_id: 'shop', correlation_id: expect.any(String) });
});

test('tries by the policy of a task are retries', async () => {
  expect(await run(`send('proj.again').get(timeout=30)`)).toBe(2);
});

const guarded = (how: string) =>
  run(`outcome(app.send_task('proj.guarded', ['${how}'], soft_time_limit=0.2))`);

test('who catches the soft time limit may do well, or fail by an error of its own', async () => {
  expect(await guarded('return')).toEqual(['returned', 'in time']);
  expect(await guarded('raise')).toEqual([
    'raised',
    'builtins',
    'LookupError',
    ['gave up'],
    'FAILURE',
  ]);
});

test('a chord fails with one inside it, and its errback is told once', async () => {
  const source = `
inner = chord([sig('proj.add', 1), sig('proj.fail', 'no')], sig('proj.total'))
outer = chord([sig('proj.add', 1), inner], sig('proj.total'))
outer.link_error(sig('proj.failed'))
outcome(outer.delay())[:3]`;

  failures.length = 0;
  expect(await run(source)).toEqual(['raised', 'celery.exceptions', 'ChordError']);
  await eventually(() => expect(failures).toHaveLength(1));
  // What was sent before this has begun.
  expect(await run(`send('proj.add', 1).get(timeout=30)`)).toBe(1);
  expect(failures).toHaveLength(1);
});

test('a chord that was frozen runs once more when it is sent again', async () => {
  marks.length = 0;
  await run(`
frozen = chord([sig('proj.add', 1, 2), sig('proj.add', 3, 4)], sig('proj.mark'))
frozen.freeze()
frozen.apply_async()`);
  await eventually(() => expect(marks).toEqual([[[3, 7], {}]]));

  await run(`frozen.apply_async()`);

  await eventually(() => expect(marks).toHaveLength(2));
});
