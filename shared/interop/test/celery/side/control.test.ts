import { currentCelery, eventually, uniquePrefix } from '@shared/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HANDLERS } from './handlers.ts';
import { startTheirs } from './processes.ts';
import { type CeleryPlace, type CeleryWorker, openCelery } from './start-celery.ts';

let celery: CeleryPlace;
let ours: CeleryWorker;
const NODE = 'suite@worker';

/** Workers of one test find nothing of another's. */
let prefix = '';
const place = () => ({ concurrency: 1, prefix });

const run = <Value = unknown>(source: string) => celery.python.run<Value>(source);

/** What one node answers to a method of `inspect`. */
const inspect = async <Value = unknown>(call: string) =>
  (await run<Record<string, Value>>(`app.control.inspect(['${NODE}'], timeout=2).${call}`))[NODE];

/** What the node answers to a command. */
const control = (call: string) => {
  const begun = call.slice(0, -1);
  const more = `reply=True, timeout=2, destination=['${NODE}'])`;
  return run<Record<string, unknown>[]>(begun.endsWith('(') ? begun + more : `${begun}, ${more}`);
};

beforeAll(async () => {
  celery = await openCelery({ db: 3 });
});

beforeEach(async () => {
  await ours?.[Symbol.asyncDispose]();
  await celery.broker.flushdb();
  prefix = uniquePrefix();
  ours = await celery.worker(HANDLERS, { nodename: NODE }, place());
});

afterAll(() => celery?.[Symbol.asyncDispose]());

test('a node answers who it is and what it does', async () => {
  expect(await inspect('ping()')).toEqual({ ok: 'pong' });
  expect(await inspect('active_queues()')).toMatchObject([
    { name: 'celery', routing_key: 'celery' },
  ]);
  expect(await inspect('registered()')).toEqual(
    HANDLERS.map(({ task }) => task.name).toSorted((a, b) => a.localeCompare(b)),
  );
  expect(await inspect('stats()')).toMatchObject({
    pid: process.pid,
    pool: { 'max-concurrency': 1, processes: [process.pid] },
    prefetch_count: 4,
    broker: { transport: 'redis', virtual_host: '3' },
  });
  expect(await inspect('conf()')).toMatchObject({
    broker_url: expect.stringContaining('********'),
    include: ['celery.app.builtins'],
  });
  expect(await inspect('clock()')).toMatchObject({ clock: expect.any(Number) });
  expect(await inspect('report()')).toMatchObject({ ok: expect.stringContaining('taskyard') });
});

test('what runs, waits for a slot and waits for its time is told apart', async () => {
  await run(`
running, waiting = [app.send_task('proj.sleep', [60], task_id=name) for name in ('runs', 'waits')]
later = app.send_task('proj.add', [1, 2], countdown=600, task_id='later')`);

  await eventually(async () => {
    expect(await inspect('active()')).toMatchObject([
      { id: 'runs', type: 'proj.sleep', args: [60], hostname: NODE, worker_pid: process.pid },
    ]);
    expect(await inspect('reserved()')).toMatchObject([{ id: 'waits', acknowledged: false }]);
    expect(await inspect('scheduled()')).toMatchObject([{ request: { id: 'later' }, priority: 6 }]);
  });
  expect(await inspect(`query_task('runs', 'waits', 'nobody')`)).toMatchObject({
    runs: ['active', { id: 'runs' }],
    waits: ['reserved', { id: 'waits' }],
  });
  expect(await celery.broker.hlen('unacked')).toBe(2);
});

test('a task that waits is revoked, one that runs is terminated', async () => {
  await run(`
running, waiting = [app.send_task('proj.sleep', [60], task_id='end-' + name) for name in ('runs', 'waits')]`);
  await eventually(async () =>
    expect(await inspect('active()')).toMatchObject([{ id: 'end-runs' }]),
  );

  expect(await control(`app.control.revoke('end-waits')`)).toEqual([
    { [NODE]: { ok: "tasks {'end-waits'} flagged as revoked" } },
  ]);
  expect(await control(`app.control.revoke('end-runs', terminate=True)`)).toEqual([
    { [NODE]: { ok: 'terminate: end-runs' } },
  ]);

  expect(await run('outcome(running)')).toMatchObject([
    'raised',
    'celery.exceptions',
    'TaskRevokedError',
    ['terminated'],
    'REVOKED',
  ]);
  expect(await run('outcome(waiting)')).toMatchObject([
    'raised',
    'celery.exceptions',
    'TaskRevokedError',
    ['revoked'],
    'REVOKED',
  ]);
  expect(await inspect('revoked()')).toEqual(['end-waits', 'end-runs']);
  expect(await control(`app.control.revoke('nobody', terminate=True)`)).toEqual([
    { [NODE]: { ok: 'terminate: tasks unknown' } },
  ]);
});

test('what was revoked stays so when all workers were away', async () => {
  await control(`app.control.revoke('long-gone')`);
  await ours[Symbol.asyncDispose]();
  ours = await celery.worker(HANDLERS, { nodename: NODE }, place());

  const result = `outcome(app.send_task('proj.add', [1, 2], task_id='long-gone'))`;
  expect(await run(result)).toMatchObject([
    'raised',
    'celery.exceptions',
    'TaskRevokedError',
    ['revoked'],
    'REVOKED',
  ]);
});

test('tasks are revoked by their stamps', async () => {
  const send = `sig('proj.sleep', 60).apply_async(tenant='blue', stamped_headers=['tenant'], task_id='stamped')`;
  await run(`stamped = ${send}`);
  await eventually(async () =>
    expect(await inspect('active()')).toMatchObject([{ id: 'stamped' }]),
  );

  await control(`app.control.revoke_by_stamped_headers({'tenant': 'blue'}, terminate=True)`);

  expect(await run('outcome(stamped)')).toMatchObject([
    'raised',
    'celery.exceptions',
    'TaskRevokedError',
    ['terminated'],
    'REVOKED',
  ]);
});

const setRate = (rate: string | number) =>
  control(`app.control.rate_limit('proj.add', ${JSON.stringify(rate)})`);

test('a rate limit spreads the tasks of a kind', async () => {
  expect(await setRate('5/s')).toEqual([{ [NODE]: { ok: 'new rate limit set successfully' } }]);

  const took = await run<number>(`
began = time.time()
[result.get(timeout=30) for result in [send('proj.add', i, 1) for i in range(6)]]
time.time() - began`);

  expect(took).toBeGreaterThan(0.9);
  expect(await setRate('soon')).toEqual([
    { [NODE]: { error: expect.stringContaining('Invalid rate limit string') } },
  ]);
  expect(await setRate(0)).toEqual([{ [NODE]: { ok: 'rate limit disabled successfully' } }]);
});

test('time limits take effect', async () => {
  expect(await control(`app.control.time_limit('proj.sleep', soft=0.2, hard=5)`)).toEqual([
    { [NODE]: { ok: 'time limits set successfully' } },
  ]);

  expect(await run(`outcome(send('proj.sleep', 60))[:3]`)).toEqual([
    'raised',
    'billiard.exceptions',
    'SoftTimeLimitExceeded',
  ]);
});

test('the pool grows and shrinks, and queues come and go', async () => {
  expect(await control(`app.control.pool_grow(2)`)).toEqual([{ [NODE]: { ok: 'pool will grow' } }]);
  expect(await inspect('stats()')).toMatchObject({ pool: { processes: { length: 3 } } });
  await control(`app.control.pool_shrink(1)`);
  expect(await inspect('stats()')).toMatchObject({ pool: { processes: { length: 2 } } });
  expect(await control(`app.control.autoscale(4, 2)`)).toEqual([
    { [NODE]: { error: "ValueError('Autoscale not enabled')" } },
  ]);

  await control(`app.control.add_consumer('extra')`);
  expect(await run(`app.send_task('proj.add', [1, 2], queue='extra').get(timeout=30)`)).toBe(3);
  await control(`app.control.cancel_consumer('extra')`);
  expect(await inspect('active_queues()')).toMatchObject([{ name: 'celery' }]);
});

test('commands that do not exist, or lack arguments, are answered as Python would', async () => {
  expect(await control(`app.control.broadcast('dance')`)).toEqual([
    { [NODE]: { error: "KeyError('dance')" } },
  ]);
  expect(await control(`app.control.time_limit('nobody', soft=1)`)).toEqual([
    { [NODE]: { error: 'unknown task' } },
  ]);
});

test('a worker that is busy answers all the same', async () => {
  await run(`busy = [send('proj.sleep', 0.01) for i in range(300)]`);

  const took = await run<number>(`
began = time.time()
assert app.control.ping(destination=['${NODE}'], timeout=5) == [{'${NODE}': {'ok': 'pong'}}]
time.time() - began`);

  // kombu looks for answers once a second at worst; a worker that answered after its tasks would take 3.
  expect(took).toBeLessThan(2);
  await run(`[result.get(timeout=60) for result in busy]`);
});

test('events tell of the worker and, when asked for, of its tasks', async () => {
  await run(`
import threading
seen = []
connection = app.connection_for_read()
receiver = app.events.Receiver(connection, handlers={'*': seen.append})
threading.Thread(target=lambda: receiver.capture(limit=None, timeout=None), daemon=True).start()`);
  await eventually(async () => {
    expect(await run(`any(event['type'] == 'worker-heartbeat' for event in seen)`)).toBe(true);
  });
  expect(await control(`app.control.enable_events()`)).toEqual([
    { [NODE]: { ok: 'task events enabled' } },
  ]);

  await run(
    `good = send('proj.add', 2, 2); good.get(timeout=30); bad = outcome(send('proj.fail', 'ow'))`,
  );

  await eventually(async () => {
    expect(await run(`[event['type'] for event in seen if event.get('uuid') == good.id]`)).toEqual([
      'task-received',
      'task-started',
      'task-succeeded',
    ]);
    expect(
      await run(
        `[(event['exception'], event['hostname']) for event in seen if event['type'] == 'task-failed']`,
      ),
    ).toEqual([["ValueError('ow')", NODE]]);
  });
  expect(
    await run(`[event['result'] for event in seen if event['type'] == 'task-succeeded']`),
  ).toEqual(['4']);
});

test('no trace of a node is left when it has gone', async () => {
  await ours[Symbol.asyncDispose]();

  expect(await celery.broker.smembers('_kombu.binding.celery.pidbox')).toEqual([]);
  expect(await run(`app.control.ping(timeout=1.5)`)).toEqual([]);
});

test('a Python worker that starts learns from ours what was revoked', async () => {
  const found = await currentCelery();
  if ('missing' in found) throw new Error(found.missing);
  await control(`app.control.revoke('known-before')`);
  const { brokerUrl: broker_url, backendUrl: result_backend } = celery;
  const theirs = { broker_url, result_backend };
  await using _python = await startTheirs(found, theirs, ['-n', 'python@host', '-Q', 'theirs']);

  await eventually(async () => {
    const answers = `app.control.inspect(['python@host'], timeout=3).revoked()`;
    expect(await run(answers)).toEqual({ 'python@host': ['known-before'] });
  });
  const never = `outcome(app.send_task('proj.add', [1], queue='theirs', task_id='known-before'))[2:4]`;
  expect(await run(never)).toEqual(['TaskRevokedError', ['revoked']]);
});
