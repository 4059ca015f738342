import { expect, test, vi } from 'vitest';
import { isKept, tableOf } from '../src/report.ts';
import { runChaos } from '../src/run-chaos.ts';
import { tally } from '../src/tally.ts';

test('a few seconds of harm cost nobody a job', { timeout: 180_000 }, async () => {
  const progress = vi.fn<(line: string) => void>();

  const { rows, faults } = await runChaos({ seconds: 6, workers: 2, seed: 3, progress });

  expect(rows.filter((row) => !isKept(row))).toEqual([]);
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.every(({ promised }) => promised > 0)).toBe(true);
  expect(Object.values(faults).reduce((sum, times) => sum + times, 0)).toBeGreaterThan(0);
});

const promised = { jobId: 'a', ends: 'complete', runs: 1, followed: false } as const;
const line = (event: 'begun' | 'done' | 'followed', fence: number, more: object = {}) => ({
  event,
  jobId: 'a',
  fence,
  pid: 1,
  ...more,
});
const whole = [line('begun', 1), line('done', 1)];

test.for([
  { what: 'a job that ran', change: {}, end: 'complete', lines: whole, counts: {} },
  { what: 'a job that is gone', change: {}, end: 'gone', lines: whole, counts: { lost: 1 } },
  { what: 'a job that waits', change: {}, end: 'queued', lines: [], counts: { lost: 1 } },
  { what: 'a job that failed', change: {}, end: 'failed', lines: whole, counts: { wrong: 1 } },
  { what: 'a job that did nothing', change: {}, end: 'complete', lines: [], counts: { wrong: 1 } },
  {
    what: 'a job that ran again',
    change: {},
    end: 'complete',
    lines: [line('begun', 0), ...whole],
    counts: { runAgain: 1 },
  },
  {
    what: 'two runs of one fence',
    change: {},
    end: 'complete',
    lines: [...whole, ...whole],
    counts: { runAgain: 1, doneTwice: 1, doubled: 1 },
  },
  {
    what: 'a job that nothing follows',
    change: { followed: true },
    end: 'complete',
    lines: whole,
    counts: { doubled: 1 },
  },
  {
    what: 'a job that one job follows, though it ran twice',
    change: { followed: true },
    end: 'complete',
    lines: [
      ...whole,
      line('followed', 1, { jobId: 'b', of: 'a' }),
      line('followed', 2, { jobId: 'b', of: 'a' }),
    ],
    counts: {},
  },
  {
    what: 'a job that two jobs follow',
    change: { followed: true },
    end: 'complete',
    lines: [
      ...whole,
      line('followed', 1, { jobId: 'b', of: 'a' }),
      line('followed', 1, { jobId: 'c', of: 'a' }),
    ],
    counts: { doubled: 1 },
  },
] as const)('$what counts as what it is', ({ change, end, lines, counts }) => {
  const asked = [{ kind: 'plain', promised: [{ ...promised, ...change }] }];

  const [row] = tally(asked, new Map([['a', end]]), lines);

  const none = { refused: 0, runAgain: 0, doneTwice: 0, lost: 0, wrong: 0, doubled: 0 };
  expect(row).toEqual({ kind: 'plain', promised: 1, ...none, ...counts });
});

test('a job that several calls were promised is counted once, and refusals are', () => {
  const asked = [
    { kind: 'unique', promised: [promised] },
    { kind: 'unique', promised: [promised] },
    { kind: 'unique', refused: 'queue_unavailable' },
  ];

  const rows = tally(asked, new Map([['a', 'complete']]), whole);

  expect(rows).toMatchObject([{ promised: 1, refused: 1, lost: 0 }]);
  expect(tableOf(rows).split('\n')).toHaveLength(3);
});
