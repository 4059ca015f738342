import { dueTick, nextTick } from '@shared/schedule';
import { expect, test } from 'vitest';
import { createSchedule } from '../src/schedule.ts';

const entryNamed = (name: string) => {
  const entry = createSchedule().find((candidate) => candidate.name === name);
  if (entry === undefined) throw new Error(`no entry ${name}`);
  return entry;
};

test('expired sessions are deleted at 3 AM every day, and later if nobody was there at 3', () => {
  const entry = entryNamed('sessions-cleanup-expired');

  expect(nextTick(entry, new Date('2026-10-04T12:00:00Z'))).toEqual(
    new Date('2026-10-05T03:00:00Z'),
  );
  expect(entry).toMatchObject({ catchUp: 'last', task: { name: 'sessions.cleanup-expired' } });
});

test('events are rolled up five minutes past every hour, and later if nobody was there then', () => {
  const entry = entryNamed('analytics-aggregate-statistics');

  expect(nextTick(entry, new Date('2026-10-04T12:05:00Z'))).toEqual(
    new Date('2026-10-04T13:05:00Z'),
  );
  expect(entry).toMatchObject({
    catchUp: 'last',
    task: { name: 'analytics.aggregate-statistics' },
  });
});

test('the platform keeps house every minute, and leaves out what it missed', () => {
  const entry = entryNamed('platform-keep-house');

  expect(dueTick(entry, new Date('2026-10-04T12:00:59.999Z'))).toEqual(
    new Date('2026-10-04T12:00:00Z'),
  );
  expect(entry).toMatchObject({ catchUp: 'none', task: { name: 'platform.keep-house' } });
});

test.for([
  {
    name: 'notifications-cleanup-old',
    task: 'notifications.cleanup-old-notifications',
    at: '02:00',
  },
  { name: 'emails-prune-ledger', task: 'emails.prune-ledger', at: '02:30' },
])('$task runs every night at $at', ({ name, task, at }) => {
  const entry = entryNamed(name);

  expect(nextTick(entry, new Date('2026-10-04T12:00:00Z'))).toEqual(
    new Date(`2026-10-05T${at}:00Z`),
  );
  expect(entry).toMatchObject({ task: { name: task } });
});
