import { setTimeout as sleep } from 'node:timers/promises';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { openRqPython } from './rq-python.ts';
import { startOurs } from './start-ours.ts';
import { rqRedisUrl, uniqueQueue } from './start-rq-worker.ts';

const JOBS = Number(process.env['FLEET_JOBS'] ?? 1_500);
const KILLS = Math.ceil(JOBS / 750);

test(
  `of ${JOBS} jobs for RQ’s workers and ours, which are killed again and again, none is lost`,
  { timeout: 600_000 },
  async (context) => {
    const [redisUrl, queue] = [rqRedisUrl(3), uniqueQueue()];
    const python = await openRqPython(context, { redisUrl, queue });
    const place = {
      platform: { redisUrl: testRedisUrl(), prefix: uniquePrefix() },
      rqUrl: redisUrl,
      queues: [queue],
    };
    const names = ['one', 'two'].map((name) => `${queue}-${name}`);
    await using workers = new AsyncDisposableStack();
    const start = (name: string) => workers.use(startOurs({ ...place, name }));
    const ours = names.map(start);
    const theirs = [python.worker([queue]), python.worker([queue])];
    for (const worker of theirs) workers.use(worker);
    await Promise.all(ours.map(({ ready }) => ready));

    const collected = python.run(`
      jobs = q.enqueue_many([Queue.prepare_data("suite_tasks.where", (n,), result_ttl=3600, retry=Retry(max=100)) for n in range(${JOBS})])
      until(lambda: len(FinishedJobRegistry(queue=q)) + len(FailedJobRegistry(queue=q)) == ${JOBS}, 400)
      answers = [job.return_value() for job in jobs]
      show(sum(1 for n, answer in enumerate(answers) if answer and answer.endswith(f" {n}")))
      show(sorted({answer.split()[0] for answer in answers if answer}))
      show([len(q), len(StartedJobRegistry(queue=q)), len(FailedJobRegistry(queue=q))])
      show(sum(len(job.results()) for job in jobs))
    `);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(700);
      const at = kill % ours.length;
      await ours[at]?.kill();
      // Its successor has the same name, at once.
      ours[at] = start(names[at] ?? '');
      await ours[at].ready;
      if (kill > 0) continue;
      await theirs[0]?.kill();
      workers.use(python.worker([queue]));
    }

    expect(await collected).toEqual([JOBS, ['ours', 'python'], [0, 0, 0], JOBS]);
  },
);
