import { silentLogger } from '@shared/service';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchFetching } from '../src/fleet/watchdog.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A worker whose fetching came round just now, and never will again. */
const watched = () => {
  const path = {
    fetched: Date.now(),
    unanswered: undefined as number | undefined,
    listening: true,
    reachable: true,
  };
  const told: string[] = [];
  const watchdog = watchFetching({
    path: {
      fetchedAt: () => path.fetched,
      unansweredSince: () => path.unanswered,
      isListening: () => path.listening,
    },
    isReachable: async () => path.reachable,
    reset: () => void told.push('reset'),
    onDeaf: () => void told.push('deaf'),
    silenceMs: 20_000,
    log: silentLogger(),
  });
  return { path, told, watchdog };
};

test('a worker whose fetching comes round is left alone', async () => {
  const { path, told, watchdog } = watched();

  for (let i = 0; i < 60; i += 1) {
    await vi.advanceTimersByTimeAsync(5_000);
    path.fetched = Date.now();
  }

  expect(told).toEqual([]);
  expect(watchdog.isDeaf()).toBe(false);
});

test('a silent worker gets new connections, and is well when they help', async () => {
  const { path, told, watchdog } = watched();

  await vi.advanceTimersByTimeAsync(22_000);
  expect(told).toEqual(['reset']);
  expect(watchdog.isDeaf()).toBe(true);
  path.fetched = Date.now();
  await vi.advanceTimersByTimeAsync(2_000);

  expect(watchdog.isDeaf()).toBe(false);
  expect(told).toEqual(['reset']);
});

test('a worker that they do not help is given up, once', async () => {
  const { told } = watched();

  await vi.advanceTimersByTimeAsync(120_000);

  expect(told).toEqual(['reset', 'deaf']);
});

test.for([
  { reason: 'all its slots are taken', change: { listening: false } },
  { reason: 'Redis is away for everybody', change: { reachable: false } },
])('silence is no deafness while $reason', async ({ change }) => {
  const { path, told, watchdog } = watched();
  Object.assign(path, change);

  await vi.advanceTimersByTimeAsync(120_000);

  expect(told).toEqual([]);
  expect(watchdog.isDeaf()).toBe(false);
  // And afterwards it has its full time to come round.
  Object.assign(path, { listening: true, reachable: true });
  await vi.advanceTimersByTimeAsync(15_000);
  expect(told).toEqual([]);
});

test('a script that is never answered is deafness though all slots are taken', async () => {
  const { path, told } = watched();
  path.listening = false;
  path.unanswered = Date.now();

  await vi.advanceTimersByTimeAsync(22_000);

  expect(told).toEqual(['reset']);
});

test('a process that was stopped for a while is not called deaf for it', async () => {
  const { told } = watched();
  await vi.advanceTimersByTimeAsync(3_000);

  vi.setSystemTime(Date.now() + 300_000);
  await vi.advanceTimersByTimeAsync(3_000);

  expect(told).toEqual([]);
});
