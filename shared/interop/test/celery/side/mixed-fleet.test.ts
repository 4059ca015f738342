import { setTimeout as sleep } from 'node:timers/promises';
import { currentCelery, eventually, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { startOurs, startTheirs, type WorkerProcess } from './processes.ts';
import { openCelery } from './start-celery.ts';
import { watchTraces } from './traces.ts';

/** As many of ten thousand as the suite has time for; all of them where somebody asks for it. */
const TASKS = Number(process.env['MIXED_FLEET_TASKS'] ?? 2_000);
const KILLED_FOR_MS = Math.max(TASKS * 3, 10_000);

/** Longer than Celery's claim on a chord that is complete, which is not given up before. */
const VISIBILITY_S = 8;

const SEND = `
import random
expected = {}

def keep(result, value):
    expected[result.id] = value

def plain(i):
    keep(send('proj.add', i, i), 2 * i)

def in_chain(i):
    keep(chain(sig('proj.add', i, 1), sig('proj.add', 10), sig('proj.add', 100))(), i + 111)

def in_group(i):
    for n, result in enumerate(group(sig('proj.add', i, n) for n in range(10))().results):
        keep(result, i + n)

def in_chord(i):
    keep(chord([sig('proj.add', i, n) for n in range(10)], sig('proj.total'))(), 10 * i + 45)

share = ${TASKS} // 200
kinds = [plain] * (140 * share) + [in_chain] * (6 * share) + [in_group] * share + [in_chord] * (3 * share)
random.shuffle(kinds)
todo = list(enumerate(kinds))

def send_some(most):
    for i, kind in todo[:most]:
        kind(i)
    del todo[:most]
    return len(todo)

def missing():
    ids = list(expected)
    keys = [app.backend.get_key_for_task(id) for id in ids]
    return [id for id, meta in zip(ids, app.backend.mget(keys)) if meta is None]`;

const READ = `
def read(id):
    return AsyncResult(id, app=app).get(timeout=5)

[(id, value, got) for id, value in expected.items() if (got := read(id)) != value]`;

test('no task is lost while workers of both kinds are killed all the time', async () => {
  const found = await currentCelery();
  if ('missing' in found) throw new Error(`${found.missing}. ${found.fix}`);
  await using celery = await openCelery({ db: 61, resultDb: 61 });
  const run = <Value = unknown>(source: string) => celery.python.run<Value>(source);
  const { brokerUrl, backendUrl, redisUrl } = celery;
  const place = { brokerUrl, backendUrl, redisUrl, prefix: uniquePrefix() };
  const theirs = {
    broker_url: brokerUrl,
    result_backend: backendUrl,
    broker_transport_options: { visibility_timeout: VISIBILITY_S },
    task_acks_late: true,
    worker_prefetch_multiplier: 1,
  };
  let named = 0;
  const python = () => startTheirs(found, theirs, ['-n', `theirs-${(named += 1)}@test`]);
  const ours = (acksLate: boolean) => () =>
    startOurs({ ...place, visibilityTimeout: VISIBILITY_S, acksLate });
  using traces = await watchTraces(brokerUrl);
  await using fleet = await openFleet([python, python, ours(false), ours(false), ours(true)]);
  await run(SEND);

  const killing = fleet.killFor(KILLED_FOR_MS);
  while ((await run<number>('send_some(200)')) > 0);
  await killing;
  const nothingIsMissing = async () => expect(await run('missing()')).toEqual([]);
  // What a dead worker held is given back in this time.
  const waiting = { timeoutMs: 4 * VISIBILITY_S * 1_000, everyMs: 500 };
  await eventually(nothingIsMissing, waiting).catch(async () => {
    // kombu pops a message before it says that it holds it: killed in between, it loses that one.
    const lost = traces.lostByKombu();
    expect(lost.length).toBeLessThanOrEqual(fleet.killed());
    for (const message of lost) await celery.broker.rpush('celery', message);
    await eventually(nothingIsMissing, waiting);
  });

  expect(await run(READ)).toEqual([]);
}, 400_000);

/** Workers, each of which has a successor when it is killed. */
const openFleet = async (starts: readonly (() => Promise<WorkerProcess>)[]) => {
  const started = starts.map((start) => start());
  const alive: (WorkerProcess | undefined)[] = await Promise.all(started);
  let killed = 0;
  const killOne = async () => {
    const at = Math.floor(Math.random() * starts.length);
    const worker = alive[at];
    const start = starts[at];
    if (worker === undefined || start === undefined) return; // It is not there yet.
    alive[at] = undefined;
    await worker.end('SIGKILL');
    killed += 1;
    const next = start();
    started[at] = next;
    alive[at] = undefined;
    void next.then((successor) => {
      alive[at] = successor;
    });
  };
  return {
    killed: () => killed,
    /** Whichever it hits, at any line: when is left to chance. */
    async killFor(ms: number) {
      for (const until = Date.now() + ms; Date.now() < until;) {
        await sleep(1_000 + Math.random() * 1_000);
        await killOne();
      }
    },
    async [Symbol.asyncDispose]() {
      for (const worker of await Promise.all(started)) await worker[Symbol.asyncDispose]();
    },
  };
};
