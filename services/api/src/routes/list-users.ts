import { type Database, listOthers } from '@shared/database';
import type { RequestHandler } from 'express';
import type { Callers } from '../callers.ts';
import { viewPerson } from '../job-post-view.ts';

const NEWEST = 20;

/** `GET /users` shows whom one can follow, newcomers first: 200 `{ users }`. Refusals: 401. */
export const listUsers =
  ({ database, callers }: { database: Database; callers: Callers }): RequestHandler =>
  async (request, response) => {
    const { id: userId } = await callers.person(request);
    const others = await listOthers(database, { userId, limit: NEWEST });
    response.setHeader('cache-control', 'no-store').json({
      users: others.map(({ user, followed }) => ({ ...viewPerson(user), followed })),
    });
  };
