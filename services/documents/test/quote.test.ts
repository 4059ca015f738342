import { EXTRAS } from '@shared/contracts';
import { expect, test } from 'vitest';
import { quote } from '../src/quote/quote.ts';
import { filledIn } from './forms.ts';

test('every line is counted, and coming often makes it cheaper', () => {
  const { currency, lines, totalMinor, monthlyMinor } = quote(filledIn());

  expect(currency).toBe('USD');
  expect(lines.map(({ label, quantity, amountMinor }) => [label, quantity, amountMinor])).toEqual([
    ['Visit, tools and supplies', 1, 4_500],
    ['Rooms', 5, 7_250],
    ['Bathrooms', 2.5, 5_500],
    // 2140 square feet, of which eight rooms account for 1200: 940 more, ten hundreds begun.
    ['Further floor, per 100 sq ft', 10, 3_800],
    ['Inside of the oven', 1, 3_500],
    ['Laundry, one load', 1, 2_500],
    ['Ecological products', 1, 900],
    ['20% off: every week', null, -5_590],
  ]);
  expect(totalMinor).toBe(22_360);
  expect(monthlyMinor).toBe(Math.round((22_360 * 52) / 12));
});

test.for([
  { frequency: 'Weekly', percent: 20 },
  { frequency: 'every 2 weeks', percent: 15 },
  { frequency: 'Bi-Weekly', percent: 15 },
  { frequency: 'monthly', percent: 10 },
  { frequency: 'One-Time', percent: 0 },
])('"$frequency" is $percent% off', ({ frequency, percent }) => {
  const { lines, totalMinor } = quote(filledIn({ frequency, extras: [] }));

  const full = lines.filter(({ amountMinor }) => amountMinor > 0);
  const before = full.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  expect(totalMinor).toBe(before - Math.floor((before * percent + 50) / 100));
});

test('a single visit has no monthly price', () => {
  expect(quote(filledIn({ frequency: 'once' })).monthlyMinor).toBeNull();
});

test('no visit costs less than the least price, discount or not', () => {
  const small = { rooms: 1, bathrooms: 0, squareFootage: 0, extras: [], frequency: 'weekly' };

  const { lines, totalMinor } = quote(filledIn(small));

  expect(totalMinor).toBe(9_000);
  expect(lines.at(-1)).toMatchObject({ label: 'Up to the least price of a visit' });
});

test('the total is the sum of the lines, in whole cents, for whatever is asked', () => {
  for (const rooms of [0, 1, 7, 60]) {
    for (const bathrooms of [0, 0.5, 3, 30]) {
      for (const squareFootage of [0, 99, 101, 100_000]) {
        const { lines, totalMinor } = quote(filledIn({ rooms, bathrooms, squareFootage }));
        const sum = lines.reduce((so, { amountMinor }) => so + amountMinor, 0);
        expect(totalMinor).toBe(sum);
        expect(lines.every(({ amountMinor }) => Number.isInteger(amountMinor))).toBe(true);
      }
    }
  }
});

test('an extra that is ordered twice is charged once, and each has its price', () => {
  const { lines } = quote(filledIn({ extras: ['laundry', 'Laundry'] }));

  expect(lines.filter(({ label }) => label.startsWith('Laundry'))).toHaveLength(1);
  expect(quote(filledIn({ extras: [...EXTRAS] })).lines.length).toBeGreaterThan(EXTRAS.length);
});

test.for([
  { reason: 'an extra without a price', change: { extras: ['moat'] } },
  { reason: 'a rhythm that nobody knows', change: { frequency: 'hourly' } },
  { reason: 'a negative count', change: { rooms: -1 } },
  { reason: 'a third of a bathroom', change: { bathrooms: 0.33 } },
  { reason: 'a palace', change: { squareFootage: 1e9 } },
  { reason: 'control characters in a name', change: { clientName: 'Ada\u0000' } },
])('a form with $reason is refused', ({ change }) => {
  expect(() => filledIn(change)).toThrow();
});
