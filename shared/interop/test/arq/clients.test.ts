import { definePythonTask } from '@shared/contracts';
import { arq, PythonError } from '@shared/interop';
import { py } from '@shared/interop/pickle';
import { implement } from '@shared/queue';
import { expect, test } from 'vitest';
import { openArqPython } from './arq-python.ts';
import { arqRedisUrl, startArqWorker, uniqueQueue } from './start-arq-worker.ts';

const task = (name: string) => definePythonTask(name, { queue: 'arq' });

const add = implement(task('add'), ({ args: [a, b = 0], kwargs }) => {
  return (a as number) + (b as number) + ((kwargs['c'] as number | undefined) ?? 0);
});

const echo = implement(task('echo'), ({ args }) => args[0]);

const typed = implement(task('typed'), () => ({
  tuple: py.tuple([1, py.float(2)]),
  set: py.set(['a']),
  big: 2n ** 70n,
  bytes: new Uint8Array([1, 2]),
}));

const failing = implement(task('failing'), ({ args: [kind] }) => {
  if (kind === 'value') throw new PythonError('ValueError', ['no such user', 7]);
  if (kind === 'own') throw new PythonError('OwnError', ['x'], { module: 'proj.errors' });
  throw kind === 'range' ? new RangeError('too far') : new Error('boom');
});

const retrying = implement(task('retrying'), (_call, attempt) => {
  const { jobTry } = arq(attempt);
  if (jobTry < 3) throw attempt.retryIn(10);
  return jobTry;
});

const forEver = implement(task('for_ever'), (_call, attempt) => {
  throw attempt.retryIn(1);
});

const hanging = implement(
  task('hanging'),
  (_call, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    }),
);

const HANDLERS = [add, echo, typed, failing, retrying, forEver, hanging];

test.for(['0.26.1', '0.28.0'])(
  'ARQ %s enqueues, asks and gets its results',
  async (version, context) => {
    const [redisUrl, queue] = [arqRedisUrl(), uniqueQueue()];
    const python = await openArqPython(context, { redisUrl, queue, version });
    await using worker = await startArqWorker(HANDLERS, { queue });

    const shown = await python.run(`
      job = await pool.enqueue_job("add", 1, 2, c=3)
      show(await outcome(job))
      show(str(await job.status()))
      info = await job.result_info()
      show([info.function, info.args, info.kwargs, info.job_try, info.success, info.result, info.queue_name == queue])
      show(await job.info() is not None)
      show((await pool.enqueue_job("add", 1, _job_id=job.job_id)) is None)
      later = await pool.enqueue_job("add", 5, 5, _defer_by=3600)
      show(str(await later.status()))
      soon = await pool.enqueue_job("add", 4, 4, _defer_by=0.2)
      show(await outcome(soon))
      show(len(await pool.queued_jobs(queue_name=queue)))
    `);

    expect(shown).toEqual([
      6,
      expect.stringMatching(/complete/),
      ['add', [1, 2], { c: 3 }, 1, true, 6, true],
      true,
      true,
      expect.stringMatching(/deferred/),
      8,
      1,
    ]);
    await expect(worker.producer.queueCounts()).resolves.toMatchObject({ arq: { complete: 2 } });
  },
);

test('Python’s types arrive, and go back as they were meant', async (context) => {
  const [redisUrl, queue] = [arqRedisUrl(), uniqueQueue()];
  const python = await openArqPython(context, { redisUrl, queue });
  await using _worker = await startArqWorker(HANDLERS, { queue });

  const shown = await python.run(`
    for value in [2**70, -1, 1.5, None, True, "é", b"\\x00\\xff", [1, [2]], {"a": {"b": 1}}, float("inf")]:
        got = await outcome(await pool.enqueue_job("echo", value))
        show([got == value, type(got) is type(value)])
    moment = datetime.datetime(2024, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc)
    show((await outcome(await pool.enqueue_job("echo", moment))) == moment)
    got = await outcome(await pool.enqueue_job("typed"))
    show([got["tuple"] == (1, 2.0), type(got["tuple"][1]).__name__, got["set"] == {"a"}, got["big"] == 2**70, got["bytes"] == b"\\x01\\x02"])
  `);

  expect(shown).toEqual([
    ...Array.from({ length: 10 }, () => [true, true]),
    true,
    [true, 'float', true, true, true],
  ]);
});

test('failures are exceptions that every client can load', async (context) => {
  const [redisUrl, queue] = [arqRedisUrl(), uniqueQueue()];
  const python = await openArqPython(context, { redisUrl, queue });
  await using _worker = await startArqWorker(HANDLERS, { queue });

  const shown = await python.run(`
    for kind in ["value", "own", "range", "else"]:
        show(await outcome(await pool.enqueue_job("failing", kind)))
    show(await outcome(await pool.enqueue_job("missing", 1)))
    show(await outcome(await pool.enqueue_job("for_ever")))
    show(await outcome(await pool.enqueue_job("retrying")))
    show(len([r for r in await pool.all_job_results() if r.queue_name == queue]))
  `);

  expect(shown).toEqual([
    'builtins.ValueError: no such user, 7',
    'builtins.RuntimeError: proj.errors.OwnError: x',
    'builtins.ValueError: too far',
    'builtins.RuntimeError: boom',
    "arq.worker.JobExecutionFailed: function 'missing' not found",
    'arq.worker.JobExecutionFailed: max 5 retries exceeded',
    3,
    7,
  ]);
});

test('abort stops a job that runs, one that waits and one that is deferred', async (context) => {
  const [redisUrl, queue] = [arqRedisUrl(), uniqueQueue()];
  const python = await openArqPython(context, { redisUrl, queue });
  await using _worker = await startArqWorker(HANDLERS, { queue, concurrency: 1 });

  const shown = await python.run(`
    running = await pool.enqueue_job("hanging")
    while "in_progress" not in str(await running.status()):
        await asyncio.sleep(0.05)
    waiting = await pool.enqueue_job("add", 1, 1)
    deferred = await pool.enqueue_job("add", 1, 1, _defer_by=3600)
    aborts = [asyncio.create_task(job.abort(timeout=20)) for job in (waiting, deferred, running)]
    show(await asyncio.gather(*aborts))
    show(await outcome(running))
    after = await pool.enqueue_job("add", 2, 2)
    show(await outcome(after))
    show(await after.abort(timeout=5))
  `);

  expect(shown).toEqual([[true, true, true], 'asyncio.exceptions.CancelledError: ', 4, false]);
});

test('arq --check finds us while we live, and not afterwards', async (context) => {
  const [redisUrl, queue] = [arqRedisUrl(), uniqueQueue()];
  const python = await openArqPython(context, { redisUrl, queue });
  const check = () => python.arq(['--check', 'worker_functions.WorkerSettings']);
  const worker = await startArqWorker(HANDLERS, { queue });

  const alive = await check();
  await worker[Symbol.asyncDispose]();
  const gone = await check();

  expect(alive).toMatchObject({ code: 0, out: expect.stringMatching(/j_complete=0 .*queued=0/) });
  expect(gone.code).toBe(1);
});

test('arguments that are too large for Redis fail clearly where there is no storage', async (context) => {
  const [redisUrl, queue] = [arqRedisUrl(), uniqueQueue()];
  const python = await openArqPython(context, { redisUrl, queue });
  await using _worker = await startArqWorker(HANDLERS, { queue });

  const shown = await python.run(`
    job = await pool.enqueue_job("echo", "é" * 1_500_000)
    show(await outcome(job))
    show(await pool.zcard(queue))
  `);

  expect(shown).toEqual([expect.stringMatching(/RuntimeError: .*bytes/), 0]);
});

test('an id may be used again once its result has left', async (context) => {
  const [redisUrl, queue] = [arqRedisUrl(), uniqueQueue()];
  const python = await openArqPython(context, { redisUrl, queue });
  await using _worker = await startArqWorker(HANDLERS, { queue });

  const shown = await python.run(`
    for n in range(3):
        job = await pool.enqueue_job("add", n, 1, _job_id=queue + "-again")
        show(await outcome(job))
        await pool.delete("arq:result:" + job.job_id)
  `);

  expect(shown).toEqual([1, 2, 3]);
});
