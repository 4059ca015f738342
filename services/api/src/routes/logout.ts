import { type Database, deleteSession } from '@shared/database';
import type { RequestHandler } from 'express';
import { bearerToken, type Callers } from '../callers.ts';
import { hashToken } from '../hash-token.ts';

/** `POST /logout` ends the session that it is asked with: 204. Refusals: 401 `unauthenticated`. */
export const logout =
  ({ database, callers }: { database: Database; callers: Callers }): RequestHandler =>
  async (request, response) => {
    await callers.person(request);
    await deleteSession(database, hashToken(bearerToken(request) ?? ''));
    response.status(204).end();
  };
