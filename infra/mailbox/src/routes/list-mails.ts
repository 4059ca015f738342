import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { MailStore } from '../mail-store.ts';

/** A wrong value is as good as none here: the list is for people and tests, who see what they got. */
const Query = z.object({
  to: z.string().min(1).optional().catch(undefined),
  limit: z.coerce.number().int().min(1).optional().catch(undefined),
});

/** `GET /api/messages?to=&limit=` answers the mails, newest first: `{ id, from, to, subject, text, html, receivedAt }`. */
export const listMails =
  ({ store }: { store: MailStore }): RequestHandler =>
  (request, response) => {
    response.json(store.list(Query.parse(request.query)));
  };
