import { expect, test } from 'vitest';
import { wishesFor } from '../src/wishes.ts';

const nothing = { inApp: null, push: null, quietFrom: null, quietUntil: null, timeZone: null };
const night = { quietFrom: 1_320, quietUntil: 420, timeZone: 'Europe/Berlin' };

test('who has said nothing wants everything, at any hour', () => {
  expect(wishesFor('message', [])).toEqual({ inApp: true, push: true, quietHours: null });
});

test('what is said of a kind goes before what is said of all, and leaves the rest to that', () => {
  const preferences = [
    { ...nothing, ...night, kind: '*', push: false },
    { ...nothing, kind: 'message', push: true },
  ];

  expect(wishesFor('message', preferences)).toEqual({
    inApp: true,
    push: true,
    quietHours: { from: 1_320, until: 420, timeZone: 'Europe/Berlin' },
  });
  expect(wishesFor('new-follower', preferences)).toMatchObject({ push: false });
});
