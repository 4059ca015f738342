import { expect, test } from 'vitest';
import { HANDLERS } from './handlers.ts';
import { openRqPython } from './rq-python.ts';
import { rqRedisUrl, startRqWorker, uniqueQueue } from './start-rq-worker.ts';

test('no more jobs of a rate limit run at once than it allows, and all run', async (context) => {
  const [redisUrl, queue] = [rqRedisUrl(8), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue, version: '3.0.0' });
  await using _worker = await startRqWorker(HANDLERS, { queues: [queue], redisUrl });

  const shown = await python.run(`
    from rq import RateLimit
    limit = RateLimit("tenant", concurrency=2)
    jobs = [q.enqueue("suite_tasks.nap", 0.2, rate_limit=limit) for _ in range(6)]
    show(sum(status(job) == "rate_limited" for job in jobs) >= 3)
    most = 0
    def finished():
        global most
        # All at one moment: one that ends while another begins must not count twice.
        with connection.pipeline(transaction=True) as together:
            for job in jobs:
                together.hget(job.key, "status")
            states = together.execute()
        most = max(most, states.count(b"started"))
        return all(state == b"finished" for state in states)
    until(finished)
    show(most <= 2)
    failing = [q.enqueue("suite_tasks.fail", "x", rate_limit=RateLimit("one", concurrency=1)) for _ in range(2)]
    show([outcome(job)[0] for job in failing])
    show([connection.zcard(f"rq:rl:{key}:{place}") for key in ("tenant", "one") for place in ("allowed", "rate_limited")])
  `);

  expect(shown).toEqual([true, true, ['failed', 'failed'], [0, 0, 0, 0]]);
});

test('what a worker left half done when it died goes on', async (context) => {
  const [redisUrl, queue] = [rqRedisUrl(8), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue, version: '3.0.0' });
  await python.run(`
    from rq import RateLimit
    job = q.enqueue("suite_tasks.add", 1, 2, job_id="${queue}-ready")
    connection.lrem(q.key, 0, job.id)
    connection.hset(job.key, "status", "ready_to_enqueue")
    connection.zadd(f"rq:ready:{q.name}", {job.id: 1, "${queue}-gone": 1})
    limit = RateLimit("${queue}", concurrency=1)
    lost = q.enqueue("suite_tasks.add", 1, 2, rate_limit=limit)
    connection.lrem(q.key, 0, lost.id)
    connection.hset(lost.key, "status", "failed")
    q.enqueue("suite_tasks.add", 3, 4, rate_limit=limit, job_id="${queue}-waiting")
  `);

  await using _worker = await startRqWorker(HANDLERS, { queues: [queue], redisUrl, beatMs: 500 });
  const shown = await python.run(`
    for name in ("ready", "waiting"):
        show(outcome(Job.fetch(f"${queue}-{name}", connection=connection)))
    until(lambda: not connection.exists("rq:rl:${queue}"))
    show([connection.exists(f"rq:ready:{q.name}"), connection.sismember("rq:rl-keys", "${queue}")])
  `);

  expect(shown).toEqual([
    ['finished', 3, ''],
    ['finished', 7, ''],
    [0, 0],
  ]);
});
