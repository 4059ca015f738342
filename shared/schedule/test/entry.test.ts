import { cleanupExpiredSessions, createThumbnail } from '@shared/contracts';
import { InvalidPayloadError, InvalidScheduleError } from '@shared/errors';
import { expect, test } from 'vitest';
import { defineEntry, defineSchedule } from '../src/index.ts';

const daily = { name: 'daily', task: cleanupExpiredSessions, payload: {}, cron: '0 3 * * *' };

test.for([
  { reason: 'a minute that no hour has', change: { cron: '61 * * * *' }, path: 'cron' },
  { reason: 'too few fields', change: { cron: '0 3 *' }, path: 'cron' },
  { reason: 'words', change: { cron: 'every night' }, path: 'cron' },
  { reason: 'a step of zero', change: { cron: '*/0 * * * *' }, path: 'cron' },
  { reason: 'an empty expression', change: { cron: '' }, path: 'cron' },
  { reason: 'a day that no month has', change: { cron: '0 0 31 2 *' }, path: 'cron' },
  { reason: 'a day that never comes', change: { cron: '0 0 31W 2 *' }, path: 'cron' },
  { reason: 'an unknown zone', change: { timeZone: 'Europe/Atlantis' }, path: 'timeZone' },
  { reason: 'an empty zone', change: { timeZone: '' }, path: 'timeZone' },
  { reason: 'a name with a colon', change: { name: 'a:b' }, path: 'name' },
  { reason: 'no name', change: { name: '' }, path: 'name' },
])('an entry with $reason is refused', ({ change, path }) => {
  const refused = { ...daily, ...change };

  expect(() => defineEntry(refused)).toThrow(InvalidScheduleError);
  expect(() => defineEntry(refused)).toThrow(
    expect.objectContaining({ code: 'invalid_schedule', path, retryable: false }),
  );
});

test.for([0, -1_000, 1_500, 1.5, 1e15, Number.NaN, Number.POSITIVE_INFINITY])(
  'an entry for every %d ms is refused',
  (everyMs) => {
    const { cron: _, ...rest } = daily;

    expect(() => defineEntry({ ...rest, everyMs })).toThrow(
      expect.objectContaining({ code: 'invalid_schedule', path: 'everyMs' }),
    );
  },
);

test('an entry needs one time rule, and not two', () => {
  const { cron: _, ...never } = daily;

  // @ts-expect-error -- no rule at all
  expect(() => defineEntry(never)).toThrow(InvalidScheduleError);
  // @ts-expect-error -- two rules
  expect(() => defineEntry({ ...daily, everyMs: 1_000 })).toThrow(InvalidScheduleError);
});

test('a payload that does not fit the contract is refused, naming the field', () => {
  const entry = { name: 'thumbnails', task: createThumbnail, cron: '0 3 * * *' };

  // @ts-expect-error -- `imageId` is missing
  expect(() => defineEntry({ ...entry, payload: {} })).toThrow(InvalidPayloadError);
  // @ts-expect-error -- `imageId` is a string
  expect(() => defineEntry({ ...entry, payload: { imageId: 7 } })).toThrow(
    expect.objectContaining({ code: 'invalid_payload', path: 'imageId' }),
  );
});

test('enqueue options out of range are refused', () => {
  expect(() => defineEntry({ ...daily, options: { attempts: 0 } })).toThrow(
    expect.objectContaining({ code: 'invalid_option', path: 'attempts' }),
  );
});

test('the message says what was refused, why, and how to write it', () => {
  expect(() => defineEntry({ ...daily, cron: '61 * * * *' })).toThrow(
    'Schedule entry "daily" refused: cron "61 * * * *" cannot be read (61 is a invalid expression' +
      ' for minute). Write minute, hour, day of month, month and day of week, as in "0 3 * * *".',
  );
});

test.for([
  { when: { cron: '0 3 * * *' }, catchUp: 'last' },
  { when: { cron: '0 9-17 * * *' }, catchUp: 'last' },
  { when: { everyMs: 86_400_000 }, catchUp: 'last' },
  { when: { cron: '0 * * * *' }, catchUp: 'none' },
  { when: { everyMs: 60_000 }, catchUp: 'none' },
] as const)('unless told, $when.cron$when.everyMs catches up: $catchUp', ({ when, catchUp }) => {
  const { cron: _, ...rest } = daily;

  expect(defineEntry({ ...rest, ...when }).catchUp).toBe(catchUp);
});

test('two entries of one name are refused', () => {
  const entries = [defineEntry(daily), defineEntry({ ...daily, cron: '0 4 * * *' })];

  expect(() => defineSchedule(entries)).toThrow(
    expect.objectContaining({ code: 'invalid_schedule', path: 'name' }),
  );
});
