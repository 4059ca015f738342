import { defineTask } from '@shared/contracts';
import { QueueUnavailableError } from '@shared/errors';
import { implement, type Producer } from '@shared/queue';
import { createLedger, defineEntry, type ScheduleEntry, tickId } from '@shared/schedule';
import { silentLogger } from '@shared/service';
import { eventually } from '@shared/testing';
import { type Platform, startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createTicker } from '../src/ticker.ts';

const count = defineTask({
  name: 'beat.count',
  queue: 'counting',
  payload: z.strictObject({}),
  result: z.strictObject({}),
});

const yes = () => Promise.resolve(true);
const no = () => Promise.resolve(false);
const at = (time: string) => new Date(`2026-03-02T${time}Z`);

const daily = (options: { catchUp?: 'none' | 'last'; cron?: string } = {}) =>
  defineEntry({ name: 'daily', task: count, payload: {}, cron: '0 3 * * *', ...options });

/** A platform that counts the runs of each job, and ticks enqueued by tickers on it. */
const startCounting = async () => {
  const runs = new Map<string, number>();
  const platform = await startPlatform({
    handlers: [
      implement(count, (_payload, { jobId }) => {
        runs.set(jobId, (runs.get(jobId) ?? 0) + 1);
        return {};
      }),
    ],
  });
  return { platform, runs, [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose]() };
};

const openTicker = (
  { producer, prefix }: Platform,
  schedule: readonly ScheduleEntry[],
  { enqueue = producer.enqueue }: { enqueue?: Producer['enqueue'] } = {},
) => {
  const ticks: string[] = [];
  const ticker = createTicker({
    schedule,
    ledger: createLedger({ redis: producer.redis, key: `{${prefix}}:beat-ticks` }),
    producer: { enqueue },
    onTimeMs: 30_000,
    onTick: ({ entry, due }) => ticks.push(tickId(entry, due)),
    log: silentLogger(),
  });
  return { ...ticker, ticks };
};

test('a tick is enqueued once, for its due time and not for the moment it was seen', async () => {
  await using counting = await startCounting();
  const ticker = openTicker(counting.platform, [daily()]);

  await ticker.enqueueDue(at('02:59:59'), yes);
  await ticker.enqueueDue(at('03:00:01.234'), yes);
  await ticker.enqueueDue(at('03:00:02'), yes);

  expect(ticker.ticks).toEqual(['tick-daily-20260302T030000Z']);
  const job = await counting.platform.producer.jobById('tick-daily-20260302T030000Z');
  expect(await job.record()).toMatchObject({ task: 'beat.count', origin: 'beat' });
});

test('two beats that both believe to lead enqueue each tick once', async () => {
  await using counting = await startCounting();
  const { platform, runs } = counting;
  const tickers = [openTicker(platform, [daily()]), openTicker(platform, [daily()])];
  const id = 'tick-daily-20260302T030000Z';

  await Promise.all(tickers.map((ticker) => ticker.enqueueDue(at('02:00:00'), yes)));
  await Promise.all(tickers.map((ticker) => ticker.enqueueDue(at('03:00:00'), yes)));

  expect(tickers.map(({ ticks }) => ticks)).toEqual([[id], [id]]);
  await (await platform.producer.jobById(id)).result({ timeoutMs: 5_000 });
  await eventually(async () => {
    const { counting: counts } = await platform.producer.queueCounts();
    expect(counts).toMatchObject({ queued: 0, in_progress: 0, complete: 1 });
  });
  expect([...runs]).toEqual([[id, 1]]);
});

test('a beat that has lost the lead enqueues nothing and leaves the tick to the next leader', async () => {
  await using counting = await startCounting();
  const { platform } = counting;
  const [former, next] = [openTicker(platform, [daily()]), openTicker(platform, [daily()])];
  await former.enqueueDue(at('02:00:00'), yes);

  await former.enqueueDue(at('03:00:00'), no);
  await next.enqueueDue(at('03:00:05'), yes);

  expect(former.ticks).toEqual([]);
  expect(next.ticks).toEqual(['tick-daily-20260302T030000Z']);
});

test.for([
  {
    title: 'an entry that catches up has its newest missed tick enqueued at takeover',
    catchUp: 'last' as const,
    ticks: ['tick-daily-20260302T030000Z'],
  },
  { title: 'one that does not starts with its next tick', catchUp: 'none' as const, ticks: [] },
])('nobody led for days: $title', async ({ catchUp, ticks }) => {
  await using counting = await startCounting();
  const { platform } = counting;
  const schedule = [daily({ catchUp })];
  await openTicker(platform, schedule).enqueueDue(new Date('2026-02-20T12:00:00Z'), yes);

  const next = openTicker(platform, schedule);
  await next.enqueueDue(at('12:00:00'), yes);
  await next.enqueueDue(at('12:00:01'), yes);

  expect(next.ticks).toEqual(ticks);
});

test('a tick that a takeover made a little late is on time, caught up or not', async () => {
  await using counting = await startCounting();
  const schedule = [daily({ catchUp: 'none' })];
  await openTicker(counting.platform, schedule).enqueueDue(at('02:59:55'), yes);

  const next = openTicker(counting.platform, schedule);
  await next.enqueueDue(at('03:00:15'), yes);

  expect(next.ticks).toEqual(['tick-daily-20260302T030000Z']);
});

test('an entry that is new, or has a new rule, begins with its next tick', async () => {
  await using counting = await startCounting();
  const { platform } = counting;
  const first = openTicker(platform, [daily()]);
  await first.enqueueDue(at('12:00:00'), yes);

  const changed = openTicker(platform, [daily({ cron: '0 11 * * *' })]);
  await changed.enqueueDue(at('12:00:01'), yes);

  expect([first.ticks, changed.ticks]).toEqual([[], []]);
});

test('a leader that comes back goes on from what others enqueued meanwhile', async () => {
  await using counting = await startCounting();
  const { platform } = counting;
  const [former, other] = [openTicker(platform, [daily()]), openTicker(platform, [daily()])];
  await former.enqueueDue(at('02:00:00'), yes);
  former.forget();
  await other.enqueueDue(at('03:00:00'), yes);

  await former.enqueueDue(at('03:00:10'), yes);

  expect(former.ticks).toEqual([]);
});

test('an entry that cannot be enqueued stays due and does not hold up the others', async () => {
  await using counting = await startCounting();
  const { platform } = counting;
  let refusals = 2;
  const enqueue: Producer['enqueue'] = (task, payload, options) =>
    options?.id?.startsWith('tick-unlucky') === true && refusals-- > 0
      ? Promise.reject(new QueueUnavailableError('nowhere'))
      : platform.producer.enqueue(task, payload, options);
  const unlucky = { ...daily(), name: 'unlucky' };
  const ticker = openTicker(platform, [unlucky, daily()], { enqueue });

  for (const time of ['02:00:00', '03:00:00', '03:00:01']) await ticker.enqueueDue(at(time), yes);
  const whileRefused = [...ticker.ticks];
  await ticker.enqueueDue(at('03:00:02'), yes);

  expect(whileRefused).toEqual(['tick-daily-20260302T030000Z']);
  expect(ticker.ticks.slice(1)).toEqual(['tick-unlucky-20260302T030000Z']);
});

test('entries for every few seconds tick on the same multiples on every beat', async () => {
  await using counting = await startCounting();
  const { platform } = counting;
  const schedule = [defineEntry({ name: 'often', task: count, payload: {}, everyMs: 10_000 })];
  const ticker = openTicker(platform, schedule);

  for (const second of ['05', '10', '11', '19', '20']) {
    await ticker.enqueueDue(at(`03:00:${second}.500`), yes);
  }

  expect(ticker.ticks).toEqual(['tick-often-20260302T030010Z', 'tick-often-20260302T030020Z']);
});
