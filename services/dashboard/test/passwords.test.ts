import { expect, test } from 'vitest';
import { hashPassword, isPasswordHash, passwordMatches } from '../src/passwords.ts';

test('a hash matches its password and no other, and is never twice the same', async () => {
  const hash = await hashPassword('motörhead');

  expect(await passwordMatches('motörhead', hash)).toBe(true);
  expect(await passwordMatches('motörhead'.normalize('NFD'), hash)).toBe(true);
  expect(await passwordMatches('motorhead', hash)).toBe(false);
  expect(await hashPassword('motörhead')).not.toBe(hash);
});

test('a hash survives shells, compose files and the list of users', async () => {
  expect(await hashPassword('secret')).toMatch(/^[\w.-]+$/);
});

test('nobody’s password is right', async () => {
  expect(await passwordMatches('secret', undefined)).toBe(false);
});

test.for(['', 'secret', 'scrypt.14.8.5.salt.key', 'scrypt.99.8.5.', 'bcrypt.14.8.5.x.y'])(
  '"%s" is no hash',
  (text) => {
    expect(isPasswordHash(text)).toBe(false);
  },
);

test('a hash that would take minutes to check is refused', async () => {
  const [, , ...rest] = (await hashPassword('secret')).split('.');

  expect(isPasswordHash(['scrypt', '30', ...rest].join('.'))).toBe(false);
});
