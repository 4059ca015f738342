import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConnectedDatabase } from '../src/connect-database.ts';
import { deleteExpiredSessions } from '../src/delete-expired-sessions.ts';
import { createPasswordReset, resetPassword } from '../src/password-resets.ts';
import { createSession, findUserBySession } from '../src/sessions.ts';
import { findUserByEmail } from '../src/accounts.ts';
import { openMigrated } from './migrated-database.ts';
import { newAccount } from './new-account.ts';

const NOW = new Date('2030-01-01T12:00:00Z');
const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000);

let database: ConnectedDatabase;
beforeAll(async () => {
  database = await openMigrated();
});
afterAll(() => database[Symbol.asyncDispose]());

test('a session opens for its user until its time is over', async () => {
  const user = await newAccount(database);
  await createSession(database, { userId: user.id, tokenHash: 'open', expiresAt: minutes(1) });

  await expect(findUserBySession(database, 'open', NOW)).resolves.toEqual(user);
  await expect(findUserBySession(database, 'open', minutes(1))).resolves.toBeUndefined();
  await expect(findUserBySession(database, 'other', NOW)).resolves.toBeUndefined();
});

test('a reset sets the password once, ends the sessions and voids the other resets', async () => {
  const user = await newAccount(database);
  await createSession(database, { userId: user.id, tokenHash: 'before', expiresAt: minutes(9) });
  for (const tokenHash of ['first', 'second']) {
    await createPasswordReset(database, { tokenHash, userId: user.id, expiresAt: minutes(9) });
  }
  const use = (tokenHash: string) =>
    resetPassword(database, { tokenHash, passwordHash: `by ${tokenHash}` }, NOW);

  const answers = [await use('first'), await use('first'), await use('second')];

  expect(answers).toEqual([user.id, undefined, undefined]);
  await expect(findUserByEmail(database, user.email)).resolves.toMatchObject({
    passwordHash: 'by first',
  });
  await expect(findUserBySession(database, 'before', NOW)).resolves.toBeUndefined();
});

test('a reset used twice at once sets the password once', async () => {
  const user = await newAccount(database);
  await createPasswordReset(database, {
    tokenHash: 'raced',
    userId: user.id,
    expiresAt: minutes(9),
  });

  const answers = await Promise.all(
    ['a', 'b', 'c'].map((passwordHash) =>
      resetPassword(database, { tokenHash: 'raced', passwordHash }, NOW),
    ),
  );

  expect(answers.filter((answer) => answer === user.id)).toHaveLength(1);
});

test('a reset whose time is over does nothing', async () => {
  const user = await newAccount(database);
  await createPasswordReset(database, { tokenHash: 'late', userId: user.id, expiresAt: NOW });

  const answer = await resetPassword(database, { tokenHash: 'late', passwordHash: 'new' }, NOW);

  expect(answer).toBeUndefined();
});

test('what is over or used is deleted and counted, and the rest stays', async () => {
  await deleteExpiredSessions(database, minutes(1_000));
  const { id: userId } = await newAccount(database);
  await createSession(database, { userId, tokenHash: 'over', expiresAt: NOW });
  await createSession(database, { userId, tokenHash: 'stays', expiresAt: minutes(1) });
  await createPasswordReset(database, { tokenHash: 'reset over', userId, expiresAt: NOW });
  await createPasswordReset(database, { tokenHash: 'reset stays', userId, expiresAt: minutes(1) });

  const first = await deleteExpiredSessions(database, NOW);
  const second = await deleteExpiredSessions(database, NOW);

  expect(first).toEqual({ sessions: 1, passwordResets: 1 });
  expect(second).toEqual({ sessions: 0, passwordResets: 0 });
  await expect(findUserBySession(database, 'stays', NOW)).resolves.toMatchObject({ id: userId });
});
