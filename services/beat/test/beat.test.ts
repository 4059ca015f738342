import { defineTask } from '@shared/contracts';
import { implement } from '@shared/queue';
import { defineEntry } from '@shared/schedule';
import { silentLogger } from '@shared/service';
import { eventually } from '@shared/testing';
import { type Platform, startPlatform } from '@shared/testing/platform';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startBeat } from '../src/beat.ts';
import type { TickListener } from '../src/ticker.ts';

const count = defineTask({
  name: 'beat.count',
  queue: 'counting',
  payload: z.strictObject({}),
  result: z.strictObject({}),
});

const schedule = [
  defineEntry({ name: 'every-second', task: count, payload: {}, everyMs: 1_000 }),
  defineEntry({ name: 'cron-second', task: count, payload: {}, cron: '* * * * * *' }),
];

const startCounting = async () => {
  const runs: string[] = [];
  const handler = implement(count, (_payload, { jobId }) => {
    runs.push(jobId);
    return {};
  });
  return { platform: await startPlatform({ handlers: [handler] }), runs };
};

const openBeat = (
  { producer, prefix }: Platform,
  options: { leaseMs?: number; onTick?: TickListener } = {},
) => startBeat({ schedule, prefix, producer, log: silentLogger(), ...options });

const leaders = (beats: readonly ReturnType<typeof openBeat>[]) =>
  beats.filter(({ role }) => role() === 'leader');

test('of three beats one leads, and every tick runs once', async () => {
  const { platform, runs } = await startCounting();
  await using _platform = platform;
  await using one = openBeat(platform);
  await using two = openBeat(platform);
  await using three = openBeat(platform);

  await eventually(() => expect(runs.length).toBeGreaterThanOrEqual(6), { timeoutMs: 15_000 });

  expect(leaders([one, two, three])).toHaveLength(1);
  expect(new Set(runs).size).toBe(runs.length);
  for (const name of ['every', 'cron']) {
    const due = runs
      .filter((id) => id.startsWith(`tick-${name}-second-`))
      .map((id) => id.slice(-16));
    expect(due.length).toBeGreaterThanOrEqual(2);
    expect(due).toEqual([...due].sort());
  }
});

test('a leader that shuts down hands over at once, long before its lease would lapse', async () => {
  const { platform } = await startCounting();
  await using _platform = platform;
  const former = openBeat(platform, { leaseMs: 600_000 });
  await eventually(() => expect(former.role()).toBe('leader'));
  await using next = openBeat(platform, { leaseMs: 600_000 });

  await former[Symbol.asyncDispose]();

  await eventually(() => expect(next.role()).toBe('leader'));
});

test('a leader that is paused past its lease finds out before it enqueues', async () => {
  const { platform } = await startCounting();
  await using _platform = platform;
  const ticks: string[] = [];
  const onTick = ({ entry }: { entry: { name: string } }) => void ticks.push(entry.name);
  await using beat = openBeat(platform, { leaseMs: 600_000, onTick });
  await eventually(() => expect(ticks.at(-1)).toBe('cron-second'));

  // What a pause looks like from Redis: the lease has lapsed, and somebody else took it.
  const key = `{${platform.prefix}}:beat-leader`;
  await platform.producer.redis.set(key, 'somebody else', 'PX', 600_000);
  const enqueued = ticks.length;
  await eventually(() => expect(beat.role()).toBe('follower'));

  expect(ticks).toHaveLength(enqueued);
  expect(await beat.health()).toEqual({ ok: true, role: 'follower' });
});
