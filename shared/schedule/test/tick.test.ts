import { cleanupExpiredSessions } from '@shared/contracts';
import { createTask } from 'node-cron';
import { expect, test } from 'vitest';
import { defineEntry, dueTick, nextTick, tickId } from '../src/index.ts';

const entry = (when: { cron: string; timeZone?: string } | { everyMs: number }) =>
  defineEntry({ name: 'entry', task: cleanupExpiredSessions, payload: {}, ...when });

const ticksAfter = (when: Parameters<typeof entry>[0], start: string, count: number) => {
  const scheduled = entry(when);
  const ticks = [new Date(start)];
  while (ticks.length <= count) ticks.push(nextTick(scheduled, ticks.at(-1) ?? new Date(0)));
  return ticks.slice(1);
};

const short = (tick: Date) => tick.toISOString().replace(':00.000Z', 'Z');

const clockChanges = [
  {
    title: 'in Berlin, a time that the spring skips moves to the end of the gap',
    when: { cron: '30 2 * * *', timeZone: 'Europe/Berlin' },
    start: '2026-03-28T00:00Z',
    ticks: ['2026-03-28T01:30Z', '2026-03-29T01:00Z', '2026-03-30T00:30Z'],
  },
  {
    title: 'in Berlin, several skipped times and the one at the end of the gap are one tick',
    when: { cron: '0,30 2,3 * * *', timeZone: 'Europe/Berlin' },
    start: '2026-03-28T12:00Z',
    ticks: ['2026-03-29T01:00Z', '2026-03-29T01:30Z', '2026-03-30T00:00Z'],
  },
  {
    title: 'in Berlin, 3 AM stays 3 AM through the spring',
    when: { cron: '0 3 * * *', timeZone: 'Europe/Berlin' },
    start: '2026-03-28T00:00Z',
    ticks: ['2026-03-28T02:00Z', '2026-03-29T01:00Z', '2026-03-30T01:00Z'],
  },
  {
    title: 'in Berlin, a time that the autumn repeats ticks the first time only',
    when: { cron: '30 2 * * *', timeZone: 'Europe/Berlin' },
    start: '2026-10-24T12:00Z',
    ticks: ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
  },
  {
    title: 'in Berlin, asked within the repeated hour, it has ticked already',
    when: { cron: '30 2 * * *', timeZone: 'Europe/Berlin' },
    start: '2026-10-25T01:10Z',
    ticks: ['2026-10-26T01:30Z', '2026-10-27T01:30Z'],
  },
  {
    title: 'in Berlin, an hourly entry neither hurries nor doubles in spring',
    when: { cron: '0 * * * *', timeZone: 'Europe/Berlin' },
    start: '2026-03-28T23:30Z',
    ticks: ['2026-03-29T00:00Z', '2026-03-29T01:00Z', '2026-03-29T02:00Z'],
  },
  {
    title: 'in Berlin, an hourly entry ticks in both of the repeated hours',
    when: { cron: '30 * * * *', timeZone: 'Europe/Berlin' },
    start: '2026-10-24T23:00Z',
    ticks: ['2026-10-24T23:30Z', '2026-10-25T00:30Z', '2026-10-25T01:30Z', '2026-10-25T02:30Z'],
  },
  {
    title: 'in New York, a time that the spring skips moves to the end of the gap',
    when: { cron: '30 2 * * *', timeZone: 'America/New_York' },
    start: '2026-03-07T00:00Z',
    ticks: ['2026-03-07T07:30Z', '2026-03-08T07:00Z', '2026-03-09T06:30Z'],
  },
  {
    title: 'in New York, the quarters of a repeated hour tick once',
    when: { cron: '*/15 1 * * *', timeZone: 'America/New_York' },
    start: '2026-11-01T00:00Z',
    ticks: [
      '2026-11-01T05:00Z',
      '2026-11-01T05:15Z',
      '2026-11-01T05:30Z',
      '2026-11-01T05:45Z',
      '2026-11-02T06:00Z',
    ],
  },
  {
    title: 'in New York, an entry for every half hour ticks in both of the repeated hours',
    when: { cron: '*/30 * * * *', timeZone: 'America/New_York' },
    start: '2026-11-01T05:00Z',
    ticks: ['2026-11-01T05:30Z', '2026-11-01T06:00Z', '2026-11-01T06:30Z', '2026-11-01T07:00Z'],
  },
  {
    title: 'in Beirut, a midnight that the spring skips is one o’clock',
    when: { cron: '0 0 * * *', timeZone: 'Asia/Beirut' },
    start: '2024-03-30T12:00Z',
    ticks: ['2024-03-30T22:00Z', '2024-03-31T21:00Z'],
  },
  {
    title: 'on Lord Howe Island, where clocks change by half an hour',
    when: { cron: '15 2 * * *', timeZone: 'Australia/Lord_Howe' },
    start: '2026-10-03T00:00Z',
    ticks: ['2026-10-03T15:30Z', '2026-10-04T15:15Z'],
  },
];

test.for(clockChanges)('$title', ({ when, start, ticks }) => {
  expect(ticksAfter(when, start, ticks.length).map(short)).toEqual(ticks);
});

test.for(clockChanges)('looking back: $title', ({ when, ticks }) => {
  const scheduled = entry(when);

  for (const [index, tick] of ticks.entries()) {
    expect(short(dueTick(scheduled, new Date(tick)))).toBe(tick);
    const following = ticks[index + 1];
    if (following === undefined) continue;
    expect(short(dueTick(scheduled, new Date(Date.parse(following) - 1)))).toBe(tick);
  }
});

test.for([
  { cron: '0 3 * * *', ticks: ['2026-01-01T03:00Z', '2026-01-02T03:00Z'] },
  { cron: '@daily', ticks: ['2026-01-02T00:00Z', '2026-01-03T00:00Z'] },
  { cron: '0 0 L * *', ticks: ['2026-01-31T00:00Z', '2026-02-28T00:00Z', '2026-03-31T00:00Z'] },
  { cron: '0 9 * * 1#1', ticks: ['2026-01-05T09:00Z', '2026-02-02T09:00Z'] },
  { cron: '0 0 29 2 *', ticks: ['2028-02-29T00:00Z', '2032-02-29T00:00Z'] },
  { cron: '0 0 29 2 mon', ticks: ['2044-02-29T00:00Z', '2072-02-29T00:00Z'] },
  { cron: '0 0 13 * fri', ticks: ['2026-02-13T00:00Z', '2026-03-13T00:00Z'] },
  { cron: '0 22-1 * * *', ticks: ['2026-01-01T01:00Z', '2026-01-01T22:00Z', '2026-01-01T23:00Z'] },
])('"$cron" ticks at $ticks', ({ cron, ticks }) => {
  expect(ticksAfter({ cron }, '2026-01-01T00:00Z', ticks.length).map(short)).toEqual(ticks);
});

test.for([
  { cron: '*/7 * * * *', timeZone: 'Asia/Kathmandu', stepMs: 1_000 },
  { cron: '15 30 8-17 * * 1-5', timeZone: 'America/New_York', stepMs: 15_000 },
  { cron: '0 6,18 1,15 * *', timeZone: 'Pacific/Auckland', stepMs: 900_000 },
  { cron: '45 23 LW * *', timeZone: 'Europe/Berlin', stepMs: 900_000 },
])('far from clock changes, "$cron" in $timeZone ticks when node-cron matches', (when) => {
  const { cron, timeZone, stepMs } = when;
  const matcher = createTask(cron, () => undefined, { timezone: timeZone });
  const start = Date.parse('2026-06-10T00:00:00Z');

  const matches: Date[] = [];
  for (let at = start + stepMs; matches.length < 3; at += stepMs) {
    if (matcher.match(new Date(at))) matches.push(new Date(at));
  }

  expect(ticksAfter({ cron, timeZone }, new Date(start).toISOString(), 3)).toEqual(matches);
});

test('an entry for every 90 seconds ticks on the multiples of it since 1970', () => {
  const ticks = ticksAfter({ everyMs: 90_000 }, '2026-01-01T00:00:01Z', 3);

  expect(ticks.map((tick) => tick.getTime() % 90_000)).toEqual([0, 0, 0]);
  expect(ticks.map(String)).toEqual([...new Set(ticks.map(String))]);
});

test.for([{ cron: '* * * * *' }, { cron: '*/20 * * * * *' }, { everyMs: 20_000 }])(
  'whoever asks before the next tick of %o gets the scheduled time, not the time of asking',
  (when) => {
    const scheduled = entry(when);
    const due = new Date('2026-05-05T10:00:00.000Z');

    for (const lateMs of [0, 1, 999, 1_000, 19_999]) {
      expect(dueTick(scheduled, new Date(due.getTime() + lateMs))).toEqual(due);
    }
  },
);

test('after a long rest, the due tick of a busy entry is the newest one', () => {
  const scheduled = entry({ cron: '* 0-8 * * *' });

  expect(short(dueTick(scheduled, new Date('2026-05-05T23:59:59.999Z')))).toBe('2026-05-05T08:59Z');
});

test('the id of a tick’s job is made of the entry and the due time, without colons', () => {
  const daily = defineEntry({
    name: 'nightly_clean-up',
    task: cleanupExpiredSessions,
    payload: {},
    cron: '0 3 * * *',
    timeZone: 'Europe/Berlin',
  });

  const due = dueTick(daily, new Date('2026-10-04T12:34:56.789Z'));

  expect(tickId(daily, due)).toBe('tick-nightly_clean-up-20261004T010000Z');
});
