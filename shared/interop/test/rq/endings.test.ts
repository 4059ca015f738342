import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { testRedisUrl, uniquePrefix } from '@shared/testing';
import { expect, test } from 'vitest';
import { HANDLERS } from './handlers.ts';
import { openRqPython } from './rq-python.ts';
import { startOurs } from './start-ours.ts';
import { rqRedisUrl, startRqWorker, uniqueQueue } from './start-rq-worker.ts';

const DATABASE = 9;

test('a job that returns a Retry runs again, as often as that says', async (context) => {
  const [redisUrl, queue] = [rqRedisUrl(DATABASE), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue });
  await using _worker = await startRqWorker(HANDLERS, { queues: [queue], redisUrl });

  const shown = await python.run(`
    job = ended(q.enqueue("suite_tasks.again", 2))
    job.refresh()
    show([job.number_of_retries, [result.type.name for result in job.results()]])
    show([job.latest_result().return_value.max, type(job.latest_result().return_value) is Retry])
    job = q.enqueue("suite_tasks.again", 1, 60)
    until(lambda: status(job) == "scheduled")
    show([len(ScheduledJobRegistry(queue=q)), job.latest_result().type.name])
  `);

  expect(shown).toEqual([
    [2, ['MAX_RETRIES_EXCEEDED', 'RETRIED', 'RETRIED']],
    [2, true],
    [1, 'RETRIED'],
  ]);
});

type Body = { func_name?: string; status?: string; exc_info?: string };

type Got = { method: string; path: string; key: string; body: Body };

const lastLineOf = ({ exc_info: text = '' }: Body) => text.trim().split('\n').at(-1) ?? '';

/** Webhooks of one job are sent at once, and come in any order. */
const sorted = (got: readonly Got[]) => {
  const key = ({ path, body }: Got) => `${path} ${lastLineOf(body)}`;
  return [...got].sort((one, other) => key(one).localeCompare(key(other)));
};

const shapeOf = ({ body, ...rest }: Got) => ({
  ...rest,
  keys: Object.keys(body),
  status: body.status,
  name: body.func_name,
  last: lastLineOf(body),
});

/** Collects what is sent to it. */
const startReceiver = async () => {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url: path = '', headers } = request;
      got.push({
        method,
        path,
        key: String(headers['x-key'] ?? ''),
        body: body === '' ? {} : (JSON.parse(body) as Body),
      });
      response.end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    got,
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
};

test('webhooks are sent as RQ’s own worker sends them', async (context) => {
  const redisUrl = rqRedisUrl(DATABASE);
  const [ours, theirs] = [uniqueQueue(), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue: ours });
  await using receiver = await startReceiver();
  await using _worker = await startRqWorker(HANDLERS, { queues: [ours], redisUrl });
  await using _peer = python.worker([theirs]);

  await python.run(`
    from rq import Webhook
    def hooks(who):
        return [
            Webhook(f"${receiver.url}/{who}/done", "finished", method="POST", headers={"X-Key": "7"}),
            Webhook(f"${receiver.url}/{who}/failed", "failed", method="POST"),
            Webhook(f"${receiver.url}/{who}/seen", "failed"),
            Webhook("http://127.0.0.1:9/nobody", "finished", timeout=1),
        ]
    for name, who in (("${ours}", "ours"), ("${theirs}", "theirs")):
        queue = Queue(name, connection=connection)
        show(outcome(queue.enqueue("suite_tasks.add", 1, 2, webhooks=hooks(who), result_ttl=60)))
        show(outcome(queue.enqueue("suite_tasks.fail", "x", webhooks=hooks(who)), 30))
        outcome(queue.enqueue("suite_tasks.fail", "x", webhooks=hooks(who), retry=Retry(max=1)))
        outcome(queue.enqueue("gone.missing", webhooks=hooks(who)))
  `);
  await expect.poll(() => receiver.got.length, { timeout: 20_000 }).toBe(14);

  const of = (who: string) =>
    sorted(receiver.got.filter(({ path }) => path.startsWith(`/${who}/`))).map((got) => ({
      ...got,
      path: got.path.slice(who.length + 1),
    }));
  const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/;
  expect(of('ours').map(shapeOf)).toEqual(of('theirs').map(shapeOf));
  expect(of('ours')[0]?.body).toMatchObject({
    enqueued_at: expect.stringMatching(TIME),
    ended_at: expect.stringMatching(TIME),
  });
});

test('a callback has the time it was given, and no more', async (context) => {
  const [redisUrl, queue] = [rqRedisUrl(DATABASE), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue });
  await using _worker = await startRqWorker(HANDLERS, { queues: [queue], redisUrl });

  const shown = await python.run(`
    from rq import Callback
    slow = Callback("suite_tasks.on_end_too_slow", timeout=1)
    show(outcome(q.enqueue("suite_tasks.add", 1, 2, on_success=slow)))
    show(outcome(q.enqueue("suite_tasks.fail", "x", on_failure=slow)))
  `);

  const late = 'rq.timeouts.JobTimeoutException: Task exceeded maximum timeout value (1 seconds)';
  expect(shown).toEqual([
    ['failed', null, late],
    ['failed', null, late],
  ]);
});

test('failure callbacks run for jobs that were refused, too', async (context) => {
  const [redisUrl, queue] = [rqRedisUrl(DATABASE), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue });
  await using _worker = await startRqWorker(HANDLERS, { queues: [queue], redisUrl });

  const shown = await python.run(`
    from rq import Callback
    job = ended(q.enqueue("suite_tasks.missing", on_failure=Callback("suite_tasks.on_failure")))
    until(lambda: job.get_meta() != {})
    show(job.get_meta())
  `);

  const value = 'Invalid attribute name: suite_tasks.missing';
  expect(shown).toEqual([{ type: 'ValueError', value }]);
});

test.for(['ours', 'theirs'] as const)(
  'a job whose worker, one of %s, was killed is failed or tried again by RQ’s own rule',
  async (whose, context) => {
    const [redisUrl, queue] = [rqRedisUrl(DATABASE), uniqueQueue()];
    const python = await openRqPython(context, { redisUrl, queue });
    const platform = { redisUrl: testRedisUrl(), prefix: uniquePrefix() };
    const place = { platform, rqUrl: redisUrl, queues: [queue] };
    const doomed =
      whose === 'ours' ? startOurs({ ...place, name: `${queue}-1` }) : python.worker([queue]);
    const enqueue = (id: string, more = '') => `
      job = q.enqueue("suite_tasks.nap", 60, job_id="${queue}-${id}", on_failure=Callback("suite_tasks.on_failure")${more})
      until(lambda: status(job) == "started")
    `;
    await python.run(`
      from rq import Callback
      ${enqueue('once')}
      ${whose === 'ours' ? enqueue('twice', ', retry=Retry(max=1, interval=60)') : ''}
    `);
    await doomed.kill();
    if (whose === 'theirs') {
      await python.run(`
        for entry, _ in connection.zscan_iter(f"rq:wip:{q.name}"):
            connection.zadd(f"rq:wip:{q.name}", {entry: 1})
      `);
    }

    await using _next = startOurs({ ...place, name: `${queue}-2` });
    const shown = await python.run(`
      job = ended(Job.fetch("${queue}-once", connection=connection), 30)
      until(lambda: job.get_meta() != {})
      show(outcome(job)[2].split(" at ")[0])
      show(job.get_meta())
      until(lambda: len(StartedJobRegistry(queue=q)) == 0)
      show(len(FailedJobRegistry(queue=q)))
      if "${whose}" == "ours":
          job = Job.fetch("${queue}-twice", connection=connection)
          until(lambda: status(job) == "scheduled")
          job.refresh()
          show(job.retries_left)
    `);

    expect(shown).toEqual([
      'Moved to FailedJobRegistry, due to AbandonedJobError,',
      { type: 'AbandonedJobError', value: '' },
      1,
      ...(whose === 'ours' ? [0] : []),
    ]);
  },
);

test('nothing stays of a failure that is not to be kept', async (context) => {
  const [redisUrl, queue] = [rqRedisUrl(DATABASE), uniqueQueue()];
  const python = await openRqPython(context, { redisUrl, queue });
  await using _worker = await startRqWorker(HANDLERS, { queues: [queue], redisUrl });

  const shown = await python.run(`
    job = q.enqueue("suite_tasks.fail", "x", failure_ttl=0)
    until(lambda: not Job.exists(job.id, connection=connection))
    show(connection.exists("rq:results:" + job.id))
  `);

  expect(shown).toEqual([0]);
});
