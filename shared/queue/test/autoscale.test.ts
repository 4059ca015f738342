import { setTimeout as sleep } from 'node:timers/promises';
import { implement, openFleet } from '@shared/queue';
import { eventually } from '@shared/testing';
import { startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { autoscale, type AutoscaleState, type Sample } from '../src/fleet/autoscale.ts';
import { work } from './tasks.ts';

const range = { max: 10, min: 3 };
const calm: Sample = {
  atMs: 0,
  concurrency: 6,
  busiest: 6,
  waitMs: 0,
  cpuShare: 0.2,
  loopLagMs: 2,
};
const busy: AutoscaleState = { idleSinceMs: undefined };

test.for<[string, Partial<Sample>, AutoscaleState, number]>([
  ['jobs wait and all slots are taken', { waitMs: 900 }, busy, 8],
  ['few slots grow by one', { waitMs: 900, concurrency: 3, busiest: 3 }, busy, 4],
  ['the range ends', { waitMs: 900, concurrency: 10, busiest: 10 }, busy, 10],
  ['jobs wait only a moment', { waitMs: 100 }, busy, 6],
  ['jobs wait for a limit while slots are free', { waitMs: 900, busiest: 4 }, busy, 6],
  ['the core is used up', { waitMs: 900, cpuShare: 0.95 }, busy, 6],
  ['the loop lags', { waitMs: 900, loopLagMs: 150 }, busy, 6],
  ['the loop chokes', { waitMs: 900, loopLagMs: 1_500 }, busy, 5],
  ['slots are idle, but not for long', { atMs: 9_000, busiest: 1 }, { idleSinceMs: 0 }, 6],
  ['slots have been idle', { atMs: 10_000, busiest: 1 }, { idleSinceMs: 0 }, 5],
  [
    'idle slots are at the least',
    { atMs: 99_000, concurrency: 3, busiest: 0 },
    { idleSinceMs: 0 },
    3,
  ],
  ['somebody set more than the range', { concurrency: 20, busiest: 20 }, busy, 10],
  ['somebody set less than the range', { concurrency: 1, busiest: 1 }, busy, 3],
])('when %s', ([, change, state, slots]) => {
  expect(autoscale(range, { ...calm, ...change }, state).concurrency).toBe(slots);
});

test('a moment of need forgets the calm before it', () => {
  const idle = autoscale(range, { ...calm, busiest: 2, atMs: 5_000 }, busy).state;
  const needed = autoscale(range, { ...calm, atMs: 9_000 }, idle).state;

  expect(idle).toEqual({ idleSinceMs: 5_000 });
  expect(needed).toEqual({ idleSinceMs: undefined });
});

test('slots follow a burst of jobs up and come down after it', { timeout: 60_000 }, async () => {
  let running = 0;
  let most = 0;
  const slow = implement(work, async ({ label }) => {
    running += 1;
    most = Math.max(most, running);
    await sleep(300);
    running -= 1;
    return label;
  });
  await using platform = await startPlatform({
    handlers: [slow],
    autoscale: { max: 4, min: 1 },
  });
  await using fleet = openFleet(platform);
  expect(platform.worker.concurrency).toBe(1);

  const items = Array.from({ length: 60 }, () => ({ task: work, payload: {} }));
  const jobs = await platform.producer.enqueueMany(items);

  await eventually(() => expect(platform.worker.concurrency).toBe(4), { timeoutMs: 15_000 });
  await Promise.all(jobs.map((job) => job.result()));
  expect(most).toBe(4);
  await eventually(() => expect(platform.worker.concurrency).toBe(1), { timeoutMs: 25_000 });

  // Whoever sets the slots by hand has the say from then on.
  const [grown] = await fleet.command('all', { name: 'autoscale', range: { max: 6, min: 2 } });
  expect(grown).toMatchObject({ result: { concurrency: 2, autoscale: { max: 6, min: 2 } } });
  const [fixed] = await fleet.command('all', { name: 'concurrency', to: 5 });
  expect(fixed).toMatchObject({ result: { concurrency: 5, autoscale: null } });
});
