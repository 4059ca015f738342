import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePythonTask } from '@shared/contracts';
import type { CelerySideOptions } from '@shared/interop';
import { celery as celeryOf } from '@shared/interop';
import { implement } from '@shared/queue';
import { eventually, uniquePrefix } from '@shared/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { handle, HANDLERS } from './handlers.ts';
import { type CeleryPlace, type CeleryWorker, openCelery } from './start-celery.ts';

let celery: CeleryPlace;
let worker: CeleryWorker;
let gate: PromiseWithResolvers<string>;
let runs: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'acks-'));

const run = <Value = unknown>(source: string) => celery.python.run<Value>(source);
const held = () => celery.broker.hlen('unacked');

const task = (name: string, acksLate: boolean) =>
  definePythonTask(`proj.${name}`, { queue: 'celery', acksLate });

const noted = handle('noted', (_call, attempt) => {
  runs.push(celeryOf(attempt).request.id);
  return runs.length;
});

/** Ignores its first deadline, and is given up. */
const deaf = handle('deaf', async (_call, attempt) => {
  runs.push(attempt.jobId);
  if (celeryOf(attempt).request.deliveryInfo.redelivered) return 'the second time';
  return new Promise(() => undefined);
});

const dies = definePythonTask('proj.dies_once', { queue: 'celery', isolate: 'process' });

const MORE = [
  implement(task('late', true), () => gate.promise),
  implement(task('early', false), () => gate.promise),
  noted,
  deaf,
  handle('rejected', (_call, attempt) => {
    throw celeryOf(attempt).reject();
  }),
  implement(dies, new URL('./dies-once.ts', import.meta.url)),
];

const start = async (options: Partial<CelerySideOptions>) => {
  worker = await celery.worker([...HANDLERS, ...MORE], options, { prefix: uniquePrefix() });
};

beforeAll(async () => {
  celery = await openCelery({ db: 11, resultDb: 11 });
});

beforeEach(() => {
  gate = Promise.withResolvers();
  runs = [];
});

afterEach(() => worker[Symbol.asyncDispose]());

afterAll(async () => {
  await celery?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test.for([
  { acksLate: false, name: 'late', holds: 1 },
  { acksLate: true, name: 'early', holds: 0 },
  { acksLate: true, name: 'sleep', holds: 1 },
])(
  'a task decides when it is acknowledged ($name, others late: $acksLate)',
  async ({ acksLate, name, holds }) => {
    await start({ acksLate });
    await run(`result = send('proj.${name}', 600)`);

    await eventually(async () => {
      const active = await run<Record<string, object[]>>(`app.control.inspect(timeout=1).active()`);
      expect(active[worker.nodename]).toMatchObject([{ acknowledged: holds === 0 }]);
      expect(await held()).toBe(holds);
    });

    gate.resolve('done');
    if (name === 'sleep') await run(`result.revoke(terminate=True)`);
    else expect(await run(`result.get(timeout=30)`)).toBe('done');
    await eventually(async () => expect(await held()).toBe(0));
  },
);

test('a late task that meets its hard limit goes back to its queue, where it is told to', async () => {
  await start({ acksLate: true, acksOnFailureOrTimeout: false });

  await run(`result = app.send_task('proj.deaf', time_limit=0.5)`);

  await eventually(async () => {
    // A result that has seen an end looks no more.
    const now = `app.AsyncResult(result.id)`;
    expect(await run(`[${now}.state, ${now}.result]`)).toEqual(['SUCCESS', 'the second time']);
  });
  expect(runs).toHaveLength(2);
  await eventually(async () => expect(await held()).toBe(0));
});

test('else its failure is the end of it, as any other failure is', async () => {
  await start({ acksLate: true });
  expect(await run(`outcome(app.send_task('proj.deaf', time_limit=0.3))[2]`)).toBe(
    'TimeLimitExceeded',
  );
  await worker[Symbol.asyncDispose]();
  await start({ acksLate: true, acksOnFailureOrTimeout: false });
  expect(await run(`outcome(send('proj.fail', 'ow'))[2]`)).toBe('ValueError');

  await eventually(async () => expect(await held()).toBe(0));
  expect(await celery.broker.llen('celery')).toBe(0);
  expect(runs).toHaveLength(1);
});

test.for([{ acksLate: true }, { acksLate: false }])(
  'a task whose process died fails with WorkerLostError (late: $acksLate)',
  async ({ acksLate }) => {
    await start({ acksLate, rejectOnWorkerLost: !acksLate });

    const source = `outcome(send('proj.dies_once', '${join(folder, randomUUID())}'))`;
    expect(await run(source)).toEqual([
      'raised',
      'billiard.exceptions',
      'WorkerLostError',
      ['Worker exited prematurely: exitcode 3.'],
      'FAILURE',
    ]);
    await eventually(async () => expect(await held()).toBe(0));
  },
);

test('it goes back to its queue where it is told to, and nothing is stored meanwhile', async () => {
  await start({ acksLate: true, rejectOnWorkerLost: true });
  const seen = new Set<string>();
  const witness = celery.backend.duplicate();
  const id = randomUUID();
  await witness.subscribe(`celery-task-meta-${id}`);
  witness.on('message', (_channel, text: string) =>
    seen.add((JSON.parse(text) as { status: string }).status),
  );

  const args = `['${join(folder, randomUUID())}']`;
  const source = `app.send_task('proj.dies_once', ${args}, task_id='${id}').get(timeout=30)`;
  expect(await run(source)).toBe('the second time');

  expect(seen).toEqual(new Set(['SUCCESS']));
  witness.disconnect();
});

test('what is rejected is gone and has failed, as in 5.7, and its event says so', async () => {
  await start({ acksLate: true, taskEvents: true });
  await run(`
import threading
seen = []
receiver = app.events.Receiver(app.connection_for_read(), handlers={'task-rejected': seen.append})
threading.Thread(target=lambda: receiver.capture(limit=None, timeout=None), daemon=True).start()`);
  await eventually(async () => {
    await run(`rejected = send('proj.rejected')`);
    expect(
      await run(`[event['requeue'] for event in seen if event['uuid'] == rejected.id]`),
    ).toEqual([false]);
  });

  await eventually(async () => expect(await held()).toBe(0));
  expect(await celery.broker.llen('celery')).toBe(0);
  expect(await run(`outcome(rejected)[1:3]`)).toEqual(['celery.exceptions', 'Reject']);
});

/** A task that was sent aside, as it lies in a queue. */
const sentAside = async (call: string): Promise<Message> => {
  await run(`aside = ${call}`);
  return JSON.parse((await celery.broker.rpop('aside')) ?? '') as Message; // As kombu writes it.
};

type Message = {
  headers: Record<string, unknown>;
  properties: { delivery_tag: string; delivery_info: Record<string, unknown> };
};

/** Another delivery of it, as after a holder died. */
const redelivered = (message: Message): string => {
  const { headers, properties } = message;
  return JSON.stringify({
    ...message,
    headers: { ...headers, redelivered: true },
    properties: {
      ...properties,
      delivery_tag: randomUUID(),
      delivery_info: { ...properties.delivery_info, redelivered: true },
    },
  });
};

const withLink = (called: string) =>
  sentAside(
    `app.send_task('proj.noted', queue='aside', link=[sig('proj.noted').set(task_id='${called}')])`,
  );

const aFewTasksLater = async () => {
  expect(await run(`[send('proj.add', i, 1).get(timeout=30) for i in range(3)]`)).toEqual([
    1, 2, 3,
  ]);
  await eventually(async () => expect(await held()).toBe(0));
};

test('one that comes again does not run when its success is stored, nor does its callback', async () => {
  await start({ acksLate: true, deduplicateSuccessful: true });
  const called = randomUUID();
  const message = await withLink(called);

  await celery.broker.lpush('celery', JSON.stringify(message));
  expect(await run(`app.AsyncResult('${called}').get(timeout=30)`)).toBe(2);
  await celery.broker.lpush('celery', redelivered(message));
  await aFewTasksLater();

  expect(runs).toEqual([message.headers['id'], called]);
});

test('its callback runs with the stored result if whoever stored that had not sent it', async () => {
  await start({ acksLate: true, deduplicateSuccessful: true });
  const called = randomUUID();
  const message = await withLink(called);
  const id = String(message.headers['id']);
  await run(`app.backend.store_result('${id}', 42, 'SUCCESS')`);

  await celery.broker.lpush('celery', redelivered(message));

  expect(await run(`app.AsyncResult('${called}').get(timeout=30)`)).toBe(1);
  expect(await run(`app.AsyncResult('${id}').get(timeout=30)`)).toBe(42);
  expect(runs).toEqual([called]);
});

test('without being told to, it runs again', async () => {
  await start({ acksLate: true });
  const message = await sentAside(`app.send_task('proj.noted', queue='aside')`);
  await run(`app.backend.store_result(aside.id, 42, 'SUCCESS')`);

  await celery.broker.lpush('celery', redelivered(message));
  await aFewTasksLater();

  expect(runs).toEqual([message.headers['id']]);
});
