import { expect, test } from 'vitest';
import { hashToken } from '../src/hash-token.ts';
import { createSessionTokens } from '../src/session-tokens.ts';

const tokens = createSessionTokens('a secret of the tests');

test('a token that we issued is known by its hash', () => {
  const { token, tokenHash } = tokens.issue();

  expect(tokens.hashOf(token)).toBe(tokenHash);
  expect(tokenHash).toBe(hashToken(token));
});

test('no two tokens are the same', () => {
  expect(tokens.issue().token).not.toBe(tokens.issue().token);
});

const { token } = tokens.issue();
const [random, signature] = token.split('.');

test.for([
  { what: 'signed with another secret', forged: createSessionTokens('another').issue().token },
  { what: 'with another random part', forged: `${random}A.${signature}` },
  { what: 'with another signature', forged: `${random}.${signature?.slice(0, -2)}AA` },
  { what: 'without a signature', forged: `${random}.` },
  { what: 'with a part too many', forged: `${token}.x` },
  { what: 'that is empty', forged: '' },
])('a token $what is none of ours', ({ forged }) => {
  expect(tokens.hashOf(forged)).toBeUndefined();
});
