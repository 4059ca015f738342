import type { CelerySideOptions } from '@shared/interop';
import { celery as celeryOf } from '@shared/interop';
import { eventually, uniquePrefix } from '@shared/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { handle, HANDLERS } from './handlers.ts';
import { type CeleryPlace, openCelery } from './start-celery.ts';

let celery: CeleryPlace;

beforeAll(async () => {
  celery = await openCelery({ db: 63, resultDb: 63 });
});

beforeEach(async () => {
  await celery.broker.flushdb();
});

let opened = new AsyncDisposableStack();

afterEach(async () => {
  await opened.disposeAsync();
  opened = new AsyncDisposableStack();
});

afterAll(() => celery?.[Symbol.asyncDispose]());

const quiet = handle('quiet', (_call, attempt) => {
  if (celeryOf(attempt).request.args[0] === 'fail') throw new RangeError('ow');
  return 'nobody asked';
});

/** A Python client and a worker of ours, each told the same in its own way. */
const together = async (
  theirs: Record<string, unknown>,
  ours: Partial<CelerySideOptions>,
): Promise<(source: string) => Promise<unknown>> => {
  const nodename = 'told@test';
  opened.use(
    await celery.worker([...HANDLERS, quiet], { nodename, ...ours }, { prefix: uniquePrefix() }),
  );
  const python = opened.use(celery.console(theirs));
  return (source) => python.run(source);
};

const chorded = `chord([sig('proj.add', i, i) for i in range(4)], sig('proj.total'))().get(timeout=30)`;
const pinged = `app.control.ping(['told@test'], timeout=5)`;
const PONG = [{ 'told@test': { ok: 'pong' } }];

test('keys and channels have the prefixes that they are given', async () => {
  const run = await together(
    {
      broker_transport_options: { global_keyprefix: 'pfx:' },
      result_backend_transport_options: { global_keyprefix: 'res' },
    },
    { transport: { globalKeyprefix: 'pfx:' }, results: { globalKeyprefix: 'res' } },
  );

  expect(await run(chorded)).toBe(12);
  expect(await run(pinged)).toEqual(PONG);
  const ours = /^(pfx:|res_|test-)/;
  expect((await celery.broker.keys('*')).filter((key) => !ours.test(key))).toEqual([]);
});

test('separator, priority steps and fanout prefix are those of the programs', async () => {
  const run = await together(
    {
      broker_transport_options: { sep: '#', priority_steps: [0, 5], fanout_prefix: 'fan{db}-' },
    },
    { transport: { sep: '#', prioritySteps: [0, 5], fanoutPrefix: 'fan{db}-' } },
  );
  const sent = `app.send_task('proj.add', [1, 2], priority=7).get(timeout=30)`;

  expect(await run(sent)).toBe(3);
  expect(await run(chorded)).toBe(12);
  expect(await run(pinged)).toEqual(PONG);
  await run(`app.send_task('proj.add', [1, 2], priority=7, queue='aside')`);
  expect(await celery.broker.llen('aside#5')).toBe(1);
});

test('fanout without prefix and patterns reaches both ways', async () => {
  const run = await together(
    { broker_transport_options: { fanout_prefix: false, fanout_patterns: false } },
    { transport: { fanoutPrefix: false, fanoutPatterns: false } },
  );

  expect(await run(pinged)).toEqual(PONG);
  await run(`
import threading
seen = []
receiver = app.events.Receiver(app.connection_for_read(), handlers={'*': seen.append})
threading.Thread(target=lambda: receiver.capture(limit=None, timeout=None), daemon=True).start()`);
  await eventually(async () => {
    const heard = `any(event['type'] == 'worker-heartbeat' and event['hostname'] == 'told@test' for event in seen)`;
    expect(await run(heard)).toBe(true);
  });
});

test('chords are counted without an order where the programs have it so', async () => {
  const run = await together(
    { result_backend_transport_options: { result_chord_ordered: false } },
    { chordOrdered: false },
  );
  await run(`waiting = chord([sig('proj.add', 1), sig('proj.add', 2).set(queue='aside')],
    sig('proj.total'))()`);
  await eventually(async () => {
    const counted = (await celery.backend.keys('celery-taskset-meta-*.j'))[0] ?? '';
    expect(await celery.backend.type(counted)).toBe('list');
  });

  await celery.broker.rename('aside', 'celery');

  expect(await run(`waiting.get(timeout=30)`)).toBe(3);
});

test('times without an offset are meant in the time zone of the programs', async () => {
  const run = await together(
    { enable_utc: false, timezone: 'Asia/Tokyo' },
    { timezone: 'Asia/Tokyo' },
  );

  const took = `
began = time.time()
value = app.send_task('proj.add', [1, 2], countdown=1).get(timeout=30)
[value, 1 <= time.time() - began < 600]`;
  expect(await run(took)).toEqual([3, true]);
  expect(await run(`outcome(app.send_task('proj.add', [1], expires=-1))[3]`)).toEqual(['expired']);
});

test.for([
  { resultExpires: 0, least: -1, most: -1 },
  { resultExpires: 60, least: 1, most: 60 },
])(
  'results stay as long as they are to ($resultExpires)',
  async ({ resultExpires, least, most }) => {
    const run = await together({}, { resultExpires });

    expect(await run(`kept = send('proj.add', 1, 2); kept.get(timeout=30)`)).toBe(3);

    const ttl = await celery.backend.ttl(`celery-task-meta-${String(await run('kept.id'))}`);
    expect(ttl).toBeGreaterThanOrEqual(least);
    expect(ttl).toBeLessThanOrEqual(most);
  },
);

test('a task whose result nobody wants stores none, nor its failure, and counts all the same', async () => {
  const run = await together({}, {});
  await run(
    `ids = [app.send_task('proj.quiet', args, ignore_result=True).id for args in ([], ['fail'])]`,
  );
  const wanted = `chord([sig('proj.quiet').set(ignore_result=True), sig('proj.add', 1)], sig('proj.echo'))()`;

  expect(await run(`${wanted}.get(timeout=30)['args']`)).toEqual([['nobody asked', 1]]);
  await eventually(async () => expect(await celery.broker.hlen('unacked')).toBe(0));
  expect(await run(`[app.AsyncResult(id).state for id in ids]`)).toEqual(['PENDING', 'PENDING']);
});

test('purging counts what waits and leaves what is held', async () => {
  const run = await together({}, { prefetchMultiplier: 1 });
  await run(`held = [send('proj.sleep', 1) for _ in range(4)]`);
  await eventually(async () => {
    const active = `len(app.control.inspect(['told@test'], timeout=2).active()['told@test'])`;
    expect(await run(active)).toBe(4);
  });
  await run(`[app.send_task('proj.add', [1], queue='aside', priority=p) for p in (0, 3, 6, 9)]`);

  const purge = `(lambda channel: channel.queue_purge('aside'))(app.connection_for_write().default_channel)`;
  expect(await run(purge)).toBe(4);
  expect(await run(`[result.get(timeout=30) for result in held]`)).toEqual([1, 1, 1, 1]);
});

test('a program without emulated acknowledgements is served like others', async () => {
  const run = await together({ broker_transport_options: { ack_emulation: false } }, {});

  expect(await run(chorded)).toBe(12);
});
