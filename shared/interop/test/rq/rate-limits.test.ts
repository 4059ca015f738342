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
        states = [status(job) for job in jobs]
        most = max(most, states.count("started"))
        return all(state == "finished" for state in states)
    until(finished)
    show(most <= 2)
    failing = [q.enqueue("suite_tasks.fail", "x", rate_limit=RateLimit("one", concurrency=1)) for _ in range(2)]
    show([outcome(job)[0] for job in failing])
    show([connection.zcard(f"rq:rl:{key}:{place}") for key in ("tenant", "one") for place in ("allowed", "rate_limited")])
  `);

  expect(shown).toEqual([true, true, ['failed', 'failed'], [0, 0, 0, 0]]);
});
