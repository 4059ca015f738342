import { type Database, deleteFollow } from '@shared/database';
import type { RequestHandler } from 'express';
import type { Callers } from '../callers.ts';

/** `DELETE /users/:id/follow` follows somebody no longer: 204, also if one never did. Refusals: 401. */
export const unfollowUser =
  ({
    database,
    callers,
  }: {
    database: Database;
    callers: Callers;
  }): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const { id } = await callers.person(request);
    await deleteFollow(database, { followerId: id, followedId: request.params.id });
    response.status(204).end();
  };
