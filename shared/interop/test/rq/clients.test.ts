import { beforeAll, expect, test } from 'vitest';
import { HANDLERS } from './handlers.ts';
import { openRqPython, type RqRelease } from './rq-python.ts';
import { rqRedisUrl, uniqueQueue, startRqWorker } from './start-rq-worker.ts';

let redisUrl = '';
beforeAll(() => {
  redisUrl = rqRedisUrl(2);
});

const RELEASES: readonly RqRelease[] = ['1.13.0', '1.16.2', '2.12.0', '3.0.0'];

test.for(RELEASES)('RQ %s enqueues, asks and gets its results', async (version, context) => {
  const queue = uniqueQueue();
  const python = await openRqPython(context, { redisUrl, queue, version });
  await using worker = await startRqWorker(HANDLERS, { queues: [queue], redisUrl });

  const shown = await python.run(`
    job = q.enqueue("suite_tasks.add", 1, b=2)
    show(outcome(job))
    show(outcome(q.enqueue("suite_tasks.nothing")))
    show(outcome(q.enqueue("suite_tasks.fail", "no such user")))
    show(outcome(q.enqueue("suite_tasks.missing")))
    show(outcome(q.enqueue("suite_tasks.flaky", 2, retry=Retry(max=3))))
    show(outcome(q.enqueue("suite_tasks.flaky", 1, retry=Retry(max=2, interval=1))))
    parent = q.enqueue("suite_tasks.nap", 0.5)
    child = q.enqueue("suite_tasks.add", 3, 4, depends_on=parent)
    show(status(child))
    show(outcome(child))
    show(outcome(q.enqueue_in(datetime.timedelta(seconds=1), "suite_tasks.add", 5, 6)))
    job = q.enqueue("suite_tasks.note", meta={"user": 7}, job_timeout=99)
    show(outcome(job))
    show(Job.fetch(job.id, connection=connection).get_meta())
    running = q.enqueue("suite_tasks.nap", 60)
    until(lambda: status(running) == "started")
    show([job_id == running.id for job_id in StartedJobRegistry(queue=q).get_job_ids()])
    send_stop_job_command(connection, running.id)
    show(outcome(running))
    until(lambda: len(StartedJobRegistry(queue=q)) == 0)
    show([len(registry(queue=q)) for registry in (FinishedJobRegistry, FailedJobRegistry, DeferredJobRegistry, ScheduledJobRegistry)])
    show([[w.name, w.queue_names()] for w in Worker.all(queue=q)])
  `);

  expect(shown).toEqual([
    ['finished', 3, ''],
    ['finished', null, ''],
    ['failed', null, 'ValueError: no such user'],
    ['failed', null, 'ValueError: Invalid attribute name: suite_tasks.missing'],
    ['finished', 3, ''],
    ['finished', 2, ''],
    'deferred',
    ['finished', 7, ''],
    ['finished', 11, ''],
    ['finished', [1, 99], ''],
    { user: 7, progress: 100 },
    [true],
    ['stopped', null, 'Job stopped by user, work-horse terminated.'],
    [8, 3, 0, 0],
    [[worker.name, [queue]]],
  ]);
});
