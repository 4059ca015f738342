import { liveChannel } from '@shared/contracts';
import { countUnread, type Database, markRead } from '@shared/database';
import type { Producer } from '@shared/queue';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Background } from '../background.ts';
import type { Callers } from '../callers.ts';
import { readBody } from '../read-body.ts';
import { contextOf } from '../request-context.ts';

const MAX_IDS = 1_000;

const body = z.union([
  z.strictObject({ ids: z.array(z.int().positive()).min(1).max(MAX_IDS) }),
  z.strictObject({ all: z.literal(true) }),
]);

/**
 * `POST /notifications/read` marks one's own as read, those of `{ ids }` or `{ "all": true }`, in every
 * tab that is open: 200 `{ unread }`. Ids of others are passed over.
 * Refusals: 400 `invalid_request`, 401.
 */
export const readNotifications =
  ({
    database,
    callers,
    producer,
    background,
    prefix,
  }: {
    database: Database;
    callers: Callers;
    producer: Pick<Producer, 'redis'>;
    background: Background;
    prefix: string;
  }): RequestHandler =>
  async (request, response) => {
    const { id: userId } = await callers.person(request);
    const asked = readBody(request, body);
    const changed = await markRead(database, { userId, ids: 'all' in asked ? 'all' : asked.ids });
    if (changed > 0) {
      const tell = async () => {
        await producer.redis.publish(liveChannel(prefix, userId), '');
      };
      background.run('tell open tabs', tell, contextOf(request).log);
    }
    response.json({ unread: await countUnread(database, userId) });
  };
