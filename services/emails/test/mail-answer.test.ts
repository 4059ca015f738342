import { expect, test } from 'vitest';
import { waitAskedFor, withoutAddresses } from '../src/mail-answer.ts';

test('what a server said is kept without the addresses in it', () => {
  const answer =
    '550-5.1.1 <ada@example.com>: no user\r\n550 "ada" here, ask postmaster@example.com';

  expect(withoutAddresses(answer, 'ada@example.com')).toBe(
    '550-5.1.1 <[address]>: no user 550 [address] here, ask [address]',
  );
});

test('an endless answer is cut', () => {
  expect(withoutAddresses('x '.repeat(10_000), 'ada@example.com').length).toBeLessThan(300);
});

test.for([
  { answer: '451 4.7.1 Greylisted, try again in 5 minutes', ms: 300_000 },
  { answer: '450 4.2.0 Greylisted for 300 seconds', ms: 300_000 },
  { answer: '451 please retry in 90s', ms: 90_000 },
  { answer: '421 come back in 48 hours', ms: 3_600_000 },
  { answer: '451 4.3.0 Try again later', ms: undefined },
])('"$answer" asks for a wait of $ms ms', ({ answer, ms }) => {
  expect(waitAskedFor(answer)).toBe(ms);
});
