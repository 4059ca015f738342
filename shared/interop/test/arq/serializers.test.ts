import { definePythonTask } from '@shared/contracts';
import { createArqClient, PythonError } from '@shared/interop';
import { implement } from '@shared/queue';
import { expect, test } from 'vitest';
import { openArqPython } from './arq-python.ts';
import { arqRedisUrl, startArqWorker, uniqueQueue } from './start-arq-worker.ts';

/** Others could not read what is written here. */
const APART = 41;

const task = (name: string) => definePythonTask(name, { queue: 'arq' });

const HANDLERS = [
  implement(
    task('add'),
    ({ args: [a, b], kwargs }) => Number(a) + Number(b) + Number(kwargs['c'] ?? 0),
  ),
  implement(task('echo'), ({ args: [value] }) => value),
  implement(task('nothing'), () => undefined),
  implement(task('failing'), () => {
    throw new PythonError('ValueError', ['no such user']);
  }),
  implement(task('unwritable'), () => () => undefined),
];

const SERIALIZERS = ['json', 'msgpack'] as const;

/** A pool whose jobs and results are written so, as ARQ's own users make it. */
const POOL = {
  json: 'dict(job_serializer=lambda job: json.dumps(job).encode(), job_deserializer=json.loads)',
  msgpack:
    'dict(job_serializer=msgpack.packb, job_deserializer=lambda raw: msgpack.unpackb(raw, raw=False))',
};

test.for(SERIALIZERS)('clients that write %s are answered in it', async (serializer, context) => {
  const [redisUrl, queue] = [arqRedisUrl(APART), uniqueQueue()];
  const python = await openArqPython(context, { redisUrl, queue });
  await using _worker = await startArqWorker(HANDLERS, { redisUrl, queue, serializer });

  const shown = await python.run(`
    import json, msgpack
    from arq import create_pool
    pool = await create_pool(settings, default_queue_name=queue, **${POOL[serializer]})
    job = await pool.enqueue_job("add", 1, 2, c=3)
    show(await outcome(job))
    info = await job.result_info()
    show([info.function, list(info.args), info.kwargs, info.success, info.queue_name == queue])
    now = datetime.datetime.now(datetime.timezone.utc)
    show([abs(now - moment) < datetime.timedelta(seconds=60) for moment in (info.enqueue_time, info.start_time, info.finish_time)])
    raw = (json.loads if "${serializer}" == "json" else msgpack.unpackb)(await pool.get("arq:result:" + job.job_id))
    show([type(raw[key]).__name__ for key in ("t", "et", "st", "ft")])
    for value in [2**40, -5, 1.5, None, "é", [1, [2]], {"a": {"b": True}}]:
        show(await outcome(await pool.enqueue_job("echo", value)) == value)
    show(await outcome(await pool.enqueue_job("nothing")))
    show(await outcome(await pool.enqueue_job("failing")))
    show(await outcome(await pool.enqueue_job("missing")))
    show(await outcome(await pool.enqueue_job("unwritable")))
  `);

  expect(shown).toEqual([
    6,
    ['add', [1, 2], { c: 3 }, true, true],
    [true, true, true],
    ['int', 'int', 'int', 'int'],
    ...Array.from({ length: 7 }, () => true),
    null,
    'arq.jobs.SerializationError: ValueError: no such user',
    "arq.jobs.SerializationError: JobExecutionFailed: function 'missing' not found",
    'arq.jobs.SerializationError: unable to serialize result',
  ]);
});

test.for(SERIALIZERS)('Python’s workers run what we write in %s', async (serializer, context) => {
  const [redisUrl, queue] = [arqRedisUrl(APART), uniqueQueue()];
  const python = await openArqPython(context, { redisUrl, queue });
  await using client = createArqClient({ redisUrl, serializer });

  const sum = await client.enqueue('add', [1, 2 ** 40], { queue, kwargs: {} });
  const worker = python.run(`
    import json, msgpack
    from arq.worker import Worker, func
    async def add(ctx, a, b):
        return a + b
    theirs = Worker([func(add, name="add")], redis_settings=settings, queue_name=queue, burst=True, poll_delay=0.05, handle_signals=False, **${POOL[serializer]})
    await theirs.main()
    show(theirs.jobs_complete)
  `);

  expect(await sum?.result()).toBe(2 ** 40 + 1);
  expect(await worker).toEqual([1]);
});
