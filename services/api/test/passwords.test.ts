import { expect, test } from 'vitest';
import { createPasswords } from '../src/passwords.ts';

const cheap = { cost: 1_024, blockSize: 8, parallelization: 1 };
const passwords = createPasswords(cheap);

test('a password matches its hash, and another does not', async () => {
  const hash = await passwords.hash('correct horse');

  await expect(passwords.matches('correct horse', hash)).resolves.toBe(true);
  await expect(passwords.matches('correct horsf', hash)).resolves.toBe(false);
});

test('two hashes of one password differ', async () => {
  expect(await passwords.hash('same')).not.toBe(await passwords.hash('same'));
});

test('a hash is read with the cost that it was made with', async () => {
  const older = await createPasswords({ ...cheap, cost: 2_048 }).hash('correct horse');

  await expect(passwords.matches('correct horse', older)).resolves.toBe(true);
});

test('a letter matches however it was composed', async () => {
  const hash = await passwords.hash('caf\u00e9 noir');

  await expect(passwords.matches('cafe\u0301 noir', hash)).resolves.toBe(true);
});

test('an account that does not exist matches nothing', async () => {
  await expect(passwords.matches('', undefined)).resolves.toBe(false);
});

test('the standard cost is within the memory that is allowed', async () => {
  const standard = createPasswords();
  const hash = await standard.hash('correct horse');

  expect(hash).toMatch(/^scrypt\$32768\$8\$3\$/);
  await expect(standard.matches('correct horse', hash)).resolves.toBe(true);
});
