import { countUnread, type Database, listNotifications } from '@shared/database';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Callers } from '../callers.ts';
import { viewNotification } from '../notification-view.ts';
import { parseRequest } from '../parse-request.ts';

const query = z.strictObject({
  /** Only those with a lower id. */
  before: z.coerce.number('must be an id').int().positive().optional(),
  limit: z.coerce.number('must be a number').int().min(1).max(100).default(20),
});

/**
 * `GET /notifications?before=&limit=` shows one's own, the newest first: 200
 * `{ notifications, unread, next }`; `next` is the `before` of the following page, null at the end.
 * Refusals: 400 `invalid_request`, 401.
 */
export const showNotifications =
  ({ database, callers }: { database: Database; callers: Callers }): RequestHandler =>
  async (request, response) => {
    const { id: userId } = await callers.person(request);
    const { before, limit } = parseRequest(query, { ...request.query });
    // One more than is shown tells whether there are more.
    const found = await listNotifications(database, { userId, before, limit: limit + 1 });
    const shown = found.slice(0, limit);
    response.setHeader('cache-control', 'no-store').json({
      notifications: shown.map(viewNotification),
      unread: await countUnread(database, userId),
      next: found.length > limit ? (shown.at(-1)?.id ?? null) : null,
    });
  };
