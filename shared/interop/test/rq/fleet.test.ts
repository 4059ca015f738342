import { setTimeout as sleep } from 'node:timers/promises';
import { definePythonTask } from '@shared/contracts';
import { implement } from '@shared/queue';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { HANDLERS } from './handlers.ts';
import { openRqPython } from './rq-python.ts';
import { rqRedisUrl, startRqWorker, uniqueQueue } from './start-rq-worker.ts';

const DATABASE = 6;

test('a worker of one slot takes the queues in strict order, also what comes meanwhile', async (context) => {
  const redisUrl = rqRedisUrl(DATABASE);
  const [high, middle, low] = [uniqueQueue(), uniqueQueue(), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue: high });
  const ran: unknown[] = [];
  const mark = implement(
    definePythonTask('suite_tasks.mark', { queue: 'suite' }),
    async ({ args: [name] }) => {
      ran.push(name);
      if (name === 'low-0') await python.run(`q.enqueue("suite_tasks.mark", "urgent")`);
      if (name === 'first')
        await python.run(`q.enqueue("suite_tasks.mark", "front", at_front=True)`);
      await sleep(5);
    },
  );
  await python.run(`
    for n in range(3):
        for name, label in (("${low}", "low"), ("${middle}", "middle"), ("${high}", "high")):
            Queue(name, connection=connection).enqueue("suite_tasks.mark", f"{label}-{n}")
    q.enqueue("suite_tasks.mark", "first", at_front=True)
  `);

  await using _worker = await startRqWorker([mark], {
    queues: [high, middle, low],
    redisUrl,
    concurrency: 1,
  });

  const order = ['first', 'front', ...rounds('high'), ...rounds('middle'), 'low-0', 'urgent'];
  await expect.poll(() => ran, { timeout: 30_000 }).toEqual([...order, 'low-1', 'low-2']);
});

const rounds = (name: string) => [0, 1, 2].map((round) => `${name}-${round}`);

test('rq info, empty, requeue, suspend and resume work on our fleet', async (context) => {
  const [redisUrl, queue] = [rqRedisUrl(DATABASE), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue });
  const shown: unknown[] = [];
  let name = '';
  {
    await using worker = await startRqWorker(HANDLERS, { queues: [queue], redisUrl });
    ({ name } = worker);
    shown.push(...(await python.run(`show(outcome(q.enqueue("suite_tasks.fail", "x"))[0])`)));
    const info = await python.rq(['info', queue]);
    expect(info.out).toMatch(new RegExp(`${queue} .*0 executing, 0 finished, 1 failed`));
    expect(info.out).toMatch(
      new RegExp(`${name} \\(.*\\): idle ${queue}. jobs: 0 finished, 1 failed`),
    );

    const requeued = await python.rq(['requeue', '--queue', queue, '--all']);
    expect(requeued.code).toBe(0);
    shown.push(
      ...(await python.run(`
        job = Job.fetch(FailedJobRegistry(queue=q).get_job_ids()[0], connection=connection) if len(FailedJobRegistry(queue=q)) else None
        until(lambda: len(FailedJobRegistry(queue=q)) == 1)
        job = Job.fetch(FailedJobRegistry(queue=q).get_job_ids()[0], connection=connection)
        until(lambda: len(job.results()) == 2)
        show(outcome(job)[0])
      `)),
    );

    expect((await python.rq(['suspend'])).code).toBe(0);
    shown.push(
      ...(await python.run(`
        job = q.enqueue("suite_tasks.add", 1, 1)
        until(lambda: Worker.all(queue=q)[0].get_state() == "suspended")
        time.sleep(0.5)
        show(status(job))
      `)),
    );
    expect((await python.rq(['resume'])).code).toBe(0);
    shown.push(...(await python.run(`until(lambda: len(FinishedJobRegistry(queue=q)) == 1)`)));
  }
  await python.run(`[q.enqueue("suite_tasks.add", 1, 1) for _ in range(5)]`);
  const emptied = await python.rq(['empty', queue]);
  expect(emptied.out).toContain('5 jobs removed');
  shown.push(
    ...(await python.run(`
      show([w.name for w in Worker.all(queue=q)])
      show(connection.hget("rq:worker:${name}", "death") is not None)
    `)),
  );

  expect(shown).toEqual(['failed', 'failed', 'queued', [], true]);
});

test('a name that is at work is refused to a second worker', async () => {
  const [redisUrl, queue] = [rqRedisUrl(DATABASE), uniqueQueue()];
  const redis = new Redis(redisUrl);
  const name = `taken-${queue}`;
  await redis.hset(`rq:worker:${name}`, { pid: 1, hostname: 'elsewhere', birth: 'now' });

  const second = startRqWorker(HANDLERS, { queues: [queue], redisUrl, name });

  await expect(second).rejects.toMatchObject({ code: 'invalid_option' });
  redis.disconnect();
});

test('a client’s shutdown command ends the worker warmly', async (context) => {
  const [redisUrl, queue] = [rqRedisUrl(DATABASE), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue });
  const asked = Promise.withResolvers<void>();
  const shutDown = () => asked.resolve();
  const options = { queues: [queue], redisUrl, shutDown };
  await using _worker = await startRqWorker(HANDLERS, options);

  await python.run(`send_shutdown_command(connection, Worker.all(queue=q)[0].name)`);

  await asked.promise;
});

test('a job whose worker died is failed, or tried again if it has retries left', async (context) => {
  const [redisUrl, queue] = [rqRedisUrl(DATABASE), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue });
  const dead = python.worker([queue]);
  await python.run(`
    job = q.enqueue("suite_tasks.nap", 60, job_id="${queue}-dead")
    until(lambda: status(job) == "started")
  `);
  await dead.kill();
  await python.run(`
    for entry, _ in connection.zscan_iter(f"rq:wip:{q.name}"):
        connection.zadd(f"rq:wip:{q.name}", {entry: 1})
    connection.rpush(f"rq:queue:{q.name}:intermediate", "${queue}-stuck")
    connection.hset("rq:job:${queue}-stuck", mapping={"status": "queued", "origin": q.name, "created_at": "2026-01-01T00:00:00.000000Z", "data": ""})
    connection.set(f"rq:queue:{q.name}:intermediate:first_seen:${queue}-stuck", int(time.time()) - 100)
  `);

  await using _worker = await startRqWorker(HANDLERS, { queues: [queue], redisUrl });
  const shown = await python.run(`
    show(outcome(Job.fetch("${queue}-dead", connection=connection))[2].split(" at ")[0])
    show(outcome(Job.fetch("${queue}-stuck", connection=connection))[2])
    show([len(StartedJobRegistry(queue=q)), connection.llen(f"rq:queue:{q.name}:intermediate")])
  `);

  expect(shown).toEqual([
    'Moved to FailedJobRegistry, due to AbandonedJobError,',
    'Job was stuck in intermediate queue.',
    [0, 0],
  ]);
});
