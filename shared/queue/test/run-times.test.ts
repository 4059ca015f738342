import { expect, test } from 'vitest';
import { createLifetime } from '../src/fleet/lifetime.ts';
import { createRunTimes, type RunTimes } from '../src/fleet/run-times.ts';

const note = (runTimes: RunTimes, times: number, ms: number) => {
  for (let i = 0; i < times; i += 1) runTimes.note('t', ms);
};

test('nothing is said of a task that hardly ran', () => {
  const runTimes = createRunTimes();
  note(runTimes, 4, 100);

  expect(runTimes.p95('t')).toBeUndefined();
  expect(runTimes.p95('never')).toBeUndefined();
  expect(runTimes.chance('t', 0, 1_000)).toBeUndefined();
});

test.for([1, 3, 50, 999, 60_000, 3_600_000, 86_400_000])(
  'a time of %i ms is known within a fifth, and never too short',
  (ms) => {
    const runTimes = createRunTimes();
    note(runTimes, 20, ms);

    expect(runTimes.p95('t')).toBeGreaterThanOrEqual(ms);
    expect(runTimes.p95('t')).toBeLessThanOrEqual(ms * 1.2 + 1);
  },
);

test('95 of 100 runs end within the p95', () => {
  const runTimes = createRunTimes();
  note(runTimes, 96, 10);
  note(runTimes, 4, 5_000);
  expect(runTimes.p95('t')).toBeLessThan(20);

  note(runTimes, 4, 5_000);

  expect(runTimes.p95('t')).toBeGreaterThanOrEqual(5_000);
});

test('the chance of an end counts what has passed already', () => {
  const runTimes = createRunTimes();
  note(runTimes, 90, 100);
  note(runTimes, 10, 10_000);

  expect(runTimes.chance('t', 0, 500)).toBeCloseTo(0.9);
  expect(runTimes.chance('t', 1_000, 500)).toBe(0);
  expect(runTimes.chance('t', 1_000, 20_000)).toBe(1);
  expect(runTimes.chance('t', 60_000, 1)).toBeUndefined();
});

test('what a task used to take is forgotten in time', () => {
  const runTimes = createRunTimes();
  note(runTimes, 900, 10_000);

  note(runTimes, 10_000, 10);

  expect(runTimes.p95('t')).toBeLessThan(20);
});

test('what one worker learned another takes over, unless it knows more', () => {
  const [old, fresh] = [createRunTimes(), createRunTimes()];
  note(old, 100, 2_000);
  const news = old.news();
  expect(Object.keys(news)).toEqual(['t']);
  expect(old.news()).toEqual({});

  fresh.learn('t', news['t'] ?? '');

  expect(fresh.p95('t')).toBe(old.p95('t'));
  expect(fresh.news()).toEqual({});
  fresh.learn('t', '3:7');
  expect(fresh.p95('t')).toBe(old.p95('t'));
  fresh.learn('t', 'no histogram');
  expect(fresh.p95('t')).toBe(old.p95('t'));
});

const lifetimeOf = (p95: number | undefined, times: { lived: number; left?: number }) => {
  const now = Date.now();
  return createLifetime({
    startedAt: now - times.lived,
    deadlineAt: times.left === undefined ? undefined : now + times.left,
    runTimes: { p95: () => p95 },
  });
};

test.for<[string, number | undefined, { lived: number; left?: number }, boolean]>([
  ['without a deadline everything is started', 999_999, { lived: 0 }, true],
  ['what fits is started', 5_000, { lived: 60_000, left: 10_000 }, true],
  ['what does not fit is left', 20_000, { lived: 60_000, left: 10_000 }, false],
  ['what nobody knows is tried', undefined, { lived: 60_000, left: 10_000 }, true],
  ['what outlasts any life is tried by the young', 99_000, { lived: 1_000, left: 60_000 }, true],
  ['and by nobody else', 99_000, { lived: 30_000, left: 60_000 }, false],
  ['after the deadline nothing is started', undefined, { lived: 60_000, left: -1 }, false],
])('%s', ([, p95, times, admitted]) => {
  expect(lifetimeOf(p95, times).admits('t')).toBe(admitted);
});

test('a worker that shuts down starts only what it knows to fit', () => {
  const known = lifetimeOf(5_000, { lived: 0 });
  const unknown = lifetimeOf(undefined, { lived: 0 });
  const long = lifetimeOf(50_000, { lived: 0 });

  for (const lifetime of [known, unknown, long]) lifetime.closeBy(Date.now() + 10_000);

  expect([known, unknown, long].map(({ admits }) => admits('t'))).toEqual([true, false, false]);
});
