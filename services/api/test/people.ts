import { randomBytes, randomUUID } from 'node:crypto';
import { createApiKey, users } from '@shared/database';
import { eq } from 'drizzle-orm';
import { hashToken } from '../src/hash-token.ts';
import type { Api } from './start-api.ts';

export const newcomer = (change: Record<string, unknown> = {}) => {
  const username = `u${randomBytes(6).toString('hex')}`;
  return {
    email: `${username}@example.test`,
    username,
    firstName: 'Ada',
    password: 'correct horse battery',
    ...change,
  };
};

/** Somebody who has registered over HTTP. */
export const registered = async ({ call }: Pick<Api, 'call'>) => {
  const account = newcomer();
  const { body } = await call('POST /register', { json: account });
  return { ...account, id: body.user.id, token: body.token, jobId: body.jobId };
};

/** The same, then made an operator. */
export const registeredOperator = async (api: Pick<Api, 'call' | 'database'>) => {
  const person = await registered(api);
  await api.database.update(users).set({ role: 'operator' }).where(eq(users.id, person.id));
  return person;
};

/** An API key in the database. */
export const newKey = async (
  { database }: Pick<Api, 'database'>,
  role: 'machine' | 'operator' = 'machine',
) => {
  const key = `key-${randomUUID()}`;
  const { id } = await createApiKey(database, { name: 'tests', keyHash: hashToken(key), role });
  return { id, key, owner: `key:${id}` };
};
