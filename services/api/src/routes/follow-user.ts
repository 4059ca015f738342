import { sendNewFollowerNotification } from '@shared/contracts';
import { type Database, recordFollow } from '@shared/database';
import type { Producer } from '@shared/queue';
import type { RequestHandler } from 'express';
import type { Background } from '../background.ts';
import type { Callers } from '../callers.ts';
import { enqueueAside } from '../enqueue-aside.ts';
import { InvalidRequestError } from '../errors/invalid-request-error.ts';
import { existingUser } from '../existing-user.ts';
import { viewPerson } from '../job-post-view.ts';
import { contextOf } from '../request-context.ts';

/**
 * `POST /users/:id/follow` follows somebody and has them told: 201 `{ followed, jobId }`, or 200 if they
 * were followed before; `jobId` is null if the queue is down. Who unfollows and follows again tells
 * them once.
 * Refusals: 400 `invalid_request` for oneself, 401, 404 `user_not_found`.
 */
export const followUser =
  ({
    database,
    callers,
    ...queue
  }: {
    database: Database;
    callers: Callers;
    producer: Pick<Producer, 'enqueue'>;
    background: Background;
  }): RequestHandler<{ id: string }> =>
  async (request, response) => {
    const user = await callers.person(request);
    const followed = await existingUser(database, request.params.id);
    if (followed.id === user.id) {
      throw new InvalidRequestError('id', 'is yourself', 'Follow somebody else.');
    }
    const isNew = await recordFollow(database, { followerId: user.id, followedId: followed.id });
    const jobId = isNew
      ? await enqueueAside(request, queue, {
          task: sendNewFollowerNotification,
          payload: {
            followerId: user.id,
            followerName: user.firstName,
            followedUserId: followed.id,
          },
          id: `follow-${user.id}-${followed.id}`,
          user,
        })
      : null;
    contextOf(request).log.info({ isNew, jobId }, 'user followed');
    response.status(isNew ? 201 : 200).json({ followed: viewPerson(followed), jobId });
  };
