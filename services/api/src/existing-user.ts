import { type Database, findUser, type User } from '@shared/database';
import { z } from 'zod';
import { UserNotFoundError } from './errors/user-not-found-error.ts';

const userId = z.uuid();

/** @throws {UserNotFoundError} */
export const existingUser = async (database: Database, id: string): Promise<User> => {
  const user = userId.safeParse(id).success ? await findUser(database, id) : undefined;
  if (user === undefined) throw new UserNotFoundError();
  return user;
};
