import { openDeadLetters } from '@shared/queue';
import { testRedisUrl } from '@shared/testing';
import { expect, test } from 'vitest';
import { HANDLERS } from './handlers.ts';
import { openRqPython, type RqRelease } from './rq-python.ts';
import { rqRedisUrl, startRqWorker, uniqueQueue } from './start-rq-worker.ts';

const DATABASE = 5;
const NEWEST: readonly RqRelease[] = ['2.12.0', '3.0.0'];

test.for(NEWEST)(
  'RQ %s: callbacks, repeats, groups and lasting times',
  async (version, context) => {
    const [redisUrl, queue] = [rqRedisUrl(DATABASE), uniqueQueue()];
    const python = await openRqPython(context, { redisUrl, queue, version });
    await using _worker = await startRqWorker(HANDLERS, { queues: [queue], redisUrl });

    const shown = await python.run(`
    from rq.group import Group
    job = q.enqueue("suite_tasks.add", 1, 2, on_success=Callback("suite_tasks.on_success"))
    show(outcome(job) + [job.get_meta()])
    job = q.enqueue("suite_tasks.fail", "x", on_failure=Callback("suite_tasks.on_failure"))
    show(outcome(job) + [job.get_meta()])
    show(outcome(q.enqueue("suite_tasks.add", 1, 2, on_success=Callback("suite_tasks.gone")))[0])
    job = q.enqueue("suite_tasks.nap", 60, on_stopped=Callback("suite_tasks.on_stopped"))
    until(lambda: status(job) == "started")
    send_stop_job_command(connection, job.id)
    show(outcome(job)[0])
    show(job.get_meta()["stopped"] == job.id)
    job = q.enqueue("suite_tasks.nap", 60, retry=Retry(max=1))
    until(lambda: status(job) == "started")
    first = job.started_at or job.refresh() or job.started_at
    send_kill_horse_command(connection, Worker.all(queue=q)[0].name)
    until(lambda: job.refresh() or job.retries_left == 0)
    until(lambda: status(job) == "started")
    send_kill_horse_command(connection, Worker.all(queue=q)[0].name)
    show(outcome(job))
    job = q.enqueue("suite_tasks.add", 2, 2, repeat=Repeat(times=2, interval=1))
    until(lambda: len(job.results()) == 3)
    until(lambda: status(job) == "finished")
    group = Group.create(connection=connection)
    jobs = group.enqueue_many(q, [Queue.prepare_data("suite_tasks.add", (n, n)) for n in range(3)])
    show(sorted(ended(job).return_value() for job in jobs))
    show(len(group.get_jobs()))
    job = q.enqueue("suite_tasks.add", 1, 1, result_ttl=0)
    until(lambda: not Job.exists(job.id, connection=connection))
    show(connection.exists("rq:results:" + job.id))
    job = ended(q.enqueue("suite_tasks.add", 1, 1, result_ttl=-1))
    show([connection.ttl(job.key), connection.ttl("rq:results:" + job.id), str(connection.zscore(FinishedJobRegistry(queue=q).key, job.id))])
    job = ended(q.enqueue("suite_tasks.add", 1, 1, ttl=100))
    show(400 < connection.ttl(job.key) <= 500)
    job = ended(q.enqueue("suite_tasks.fail", "x", failure_ttl=-1))
    show([connection.ttl(job.key), connection.zscore(FailedJobRegistry(queue=q).key, job.id)])
    job = ended(q.enqueue("suite_tasks.fail", "x", failure_ttl=50))
    show(0 < connection.ttl(job.key) <= 50)
    show(outcome(q.enqueue("suite_tasks.nap", 60, job_timeout=1)))
    show(outcome(q.enqueue("suite_tasks.fail_own")))
    show(outcome(q.enqueue("suite_tasks.unserializable")))
    got = ended(q.enqueue("suite_tasks.typed")).return_value()
    show([got == (({1, 2}), b"\\x01\\xff", 2**100, 1.0, "é"), type(got[3]).__name__])
    for value in [2**70, -1, None, b"\\x00", [1, [2]], {"a": {"b": 1}}, datetime.datetime(2024, 2, 3, tzinfo=datetime.timezone.utc)]:
        show(ended(q.enqueue("suite_tasks.echo", value)).return_value() == value)
  `);

    expect(shown).toEqual([
      ['finished', 3, '', { result: 3 }],
      ['failed', null, 'ValueError: x', { type: 'ValueError', value: 'x' }],
      'failed',
      'stopped',
      true,
      ['failed', null, 'Work-horse terminated unexpectedly; waitpid returned 9 (signal 9);'],
      [0, 2, 4],
      3,
      0,
      [-1, -1, 'inf'],
      true,
      [-1, -1],
      true,
      [
        'failed',
        null,
        'rq.timeouts.JobTimeoutException: Task exceeded maximum timeout value (1 seconds)',
      ],
      ['failed', null, "proj.errors.OwnError: (7, 'bad')"],
      ['finished', 'Unserializable return value', ''],
      [true, 'float'],
      ...Array.from({ length: 7 }, () => true),
    ]);
  },
);

test('dependents wait for all, run after failures only if they allow that, and stay after a stop', async (context) => {
  const [redisUrl, queue] = [rqRedisUrl(DATABASE), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue });
  await using _worker = await startRqWorker(HANDLERS, { queues: [queue], redisUrl });

  const shown = await python.run(`
    first, second = q.enqueue("suite_tasks.nap", 0.3), q.enqueue("suite_tasks.nap", 0.6)
    both = q.enqueue("suite_tasks.add", 1, 1, depends_on=[first, second])
    show(outcome(both))
    both.refresh(), second.refresh()
    show(both.started_at >= second.ended_at)
    # RQ itself forgets a dependent of a job that has failed already: it fails later.
    bad = q.enqueue("suite_tasks.fail", "x", depends_on=q.enqueue("suite_tasks.nap", 2))
    allowed = q.enqueue("suite_tasks.add", 2, 2, depends_on=Dependency(bad, allow_failure=True))
    waiting = q.enqueue("suite_tasks.add", 2, 2, depends_on=bad)
    show(outcome(allowed))
    show(status(waiting))
    slow = q.enqueue("suite_tasks.nap", 60)
    after_stop = q.enqueue("suite_tasks.add", 2, 2, depends_on=Dependency(slow, allow_failure=True))
    until(lambda: status(slow) == "started")
    send_stop_job_command(connection, slow.id)
    ended(slow)
    time.sleep(0.3)
    show(status(after_stop))
    show(sorted(DeferredJobRegistry(queue=q).get_job_ids()) == sorted([waiting.id, after_stop.id]))
    bad.requeue()
    until(lambda: len(bad.results()) == 2)
    show(outcome(bad)[0])
  `);

  expect(shown).toEqual([
    ['finished', 2, ''],
    true,
    ['finished', 4, ''],
    'deferred',
    'deferred',
    true,
    'failed',
  ]);
});

test('a job that is cancelled while it runs goes on, one that is deleted leaves nothing', async (context) => {
  const [redisUrl, queue] = [rqRedisUrl(DATABASE), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue });
  await using _worker = await startRqWorker(HANDLERS, { queues: [queue], redisUrl });

  const shown = await python.run(`
    job = q.enqueue("suite_tasks.nap", 1)
    until(lambda: status(job) == "started")
    job.cancel()
    until(lambda: status(job) == "finished")
    show(job.return_value())
    job = q.enqueue("suite_tasks.nap", 1)
    until(lambda: status(job) == "started")
    job.delete()
    time.sleep(1.5)
    show([key.decode() for key in connection.keys("*" + job.id + "*")])
    show(outcome(q.enqueue("suite_tasks.add", 1, 1))[0])
    same = q.enqueue("suite_tasks.add", 1, 1, job_id="twice")
    ended(same)
    show(outcome(q.enqueue("suite_tasks.add", 5, 5, job_id="twice")))
    show(outcome(q.enqueue("suite_tasks.add", 5, 5, job_id="1")))
  `);

  expect(shown).toEqual(['woke', [], 'finished', ['finished', 10, ''], ['finished', 10, '']]);
});

test('jobs that only Python could run fail clearly, and are kept as dead letters', async (context) => {
  const [redisUrl, queue] = [rqRedisUrl(DATABASE), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue });
  await using worker = await startRqWorker(HANDLERS, { queues: [queue], redisUrl });
  await using letters = openDeadLetters({ redisUrl: testRedisUrl(), prefix: worker.prefix });

  const shown = await python.run(`
    import os, pickle, zlib
    import suite_tasks
    method = q.enqueue(suite_tasks.Counter(3).add, 4)
    show(outcome(method)[::2])
    system = q.enqueue("suite_tasks.echo", 1)
    class Evil:
        def __reduce__(self):
            return (os.system, ("touch /tmp/never-made",))
    def sent(data):
        job = Job.create("suite_tasks.echo", connection=connection, origin=q.name)
        job._data = data
        job.timeout = 180
        job.save()
        connection.sadd("rq:queues", q.key)
        connection.hset(job.key, "data", data)
        connection.hset(job.key, "status", "queued")
        connection.rpush(q.key, job.id)
        return job
    show(outcome(sent(zlib.compress(pickle.dumps(("suite_tasks.echo", None, (Evil(),), {})))))[::2])
    show(outcome(sent(b"x\\x9cnot zlib at all"))[::2])
    show(outcome(sent(zlib.compress(b"\\x00" * 50_000_000)))[::2])
    show(outcome(q.enqueue("suite_tasks.missing", 1))[::2])
  `);
  const { deadLetters: kept } = await letters.list({});

  expect(shown).toEqual([
    ['failed', expect.stringContaining('"add" is a method of an object')],
    ['failed', expect.stringContaining('posix.system')],
    ['failed', expect.stringContaining('UnreadableCallError')],
    ['failed', expect.stringContaining('UnreadableCallError')],
    ['failed', 'ValueError: Invalid attribute name: suite_tasks.missing'],
  ]);
  expect(kept.map(({ code }: { code: string }) => code).sort()).toEqual([
    'undecodable',
    'undecodable',
    'undecodable',
    'undecodable',
    'unknown_task',
  ]);
});

test('arguments that are too large for Redis fail clearly where there is no storage', async (context) => {
  const [redisUrl, queue] = [rqRedisUrl(DATABASE), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue });
  await using _worker = await startRqWorker(HANDLERS, { queues: [queue], redisUrl });

  const shown = await python.run(`show(outcome(q.enqueue("suite_tasks.echo", "é" * 1_500_000)))`);

  expect(shown).toEqual([['failed', null, expect.stringMatching(/bytes/)]]);
});

test('JSON is answered in JSON', async (context) => {
  const [redisUrl, queue] = [rqRedisUrl(DATABASE), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue });
  await using _worker = await startRqWorker(HANDLERS, { queues: [queue], redisUrl });

  const shown = await python.run(`
    from rq.serializers import JSONSerializer
    jq = Queue(q.name, connection=connection, serializer=JSONSerializer)
    job = jq.enqueue("suite_tasks.echo", {"a": [1, 2.5, None, "é"]})
    show(outcome(job))
    job = jq.enqueue("suite_tasks.note", meta={"a": 1})
    show(outcome(job))
    show(Job.fetch(job.id, connection=connection, serializer=JSONSerializer).meta)
    show(outcome(jq.enqueue("suite_tasks.typed"))[:2])
  `);

  expect(shown).toEqual([
    ['finished', { a: [1, 2.5, null, 'é'] }, ''],
    ['finished', [1, 180], ''],
    { a: 1, progress: 100 },
    ['finished', 'Unserializable return value'],
  ]);
});
