import { expect, test } from 'vitest';
import { endOfQuiet } from '../src/quiet-hours.ts';

const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

test.for([
  { now: '2026-10-04T12:00:00Z', from: '22:00', until: '07:00', zone: 'UTC', end: null },
  {
    now: '2026-10-04T22:00:00Z',
    from: '22:00',
    until: '07:00',
    zone: 'UTC',
    end: '2026-10-05T07:00',
  },
  {
    now: '2026-10-05T06:59:59Z',
    from: '22:00',
    until: '07:00',
    zone: 'UTC',
    end: '2026-10-05T07:00',
  },
  { now: '2026-10-05T07:00:00Z', from: '22:00', until: '07:00', zone: 'UTC', end: null },
  {
    now: '2026-10-04T13:30:20Z',
    from: '13:00',
    until: '14:00',
    zone: 'UTC',
    end: '2026-10-04T14:00',
  },
  {
    now: '2026-10-04T21:00:00Z',
    from: '22:00',
    until: '07:00',
    zone: 'Europe/Berlin',
    end: '2026-10-05T05:00',
  },
  {
    now: '2026-10-04T18:00:00Z',
    from: '23:15',
    until: '06:45',
    zone: 'Asia/Kolkata',
    end: '2026-10-05T01:15',
  },
  // Berlin's clocks go back, and forward, in these nights.
  {
    now: '2026-10-24T21:00:00Z',
    from: '22:00',
    until: '07:00',
    zone: 'Europe/Berlin',
    end: '2026-10-25T06:00',
  },
  {
    now: '2026-03-28T22:00:00Z',
    from: '22:00',
    until: '07:00',
    zone: 'Europe/Berlin',
    end: '2026-03-29T05:00',
  },
])('from $from until $until in $zone, at $now it is quiet until $end', (row) => {
  const hours = { from: minutes(row.from), until: minutes(row.until), timeZone: row.zone };

  const end = endOfQuiet(new Date(row.now), hours);

  expect(end).toEqual(row.end === null ? null : new Date(`${row.end}:00Z`));
});
