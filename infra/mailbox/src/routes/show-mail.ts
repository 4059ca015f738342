import type { RequestHandler } from 'express';
import type { MailStore } from '../mail-store.ts';

/** `GET /api/messages/:id` answers one mail with its headers and the list of its attachments, or 404. */
export const showMail =
  ({ store }: { store: MailStore }): RequestHandler<{ id: string }> =>
  (request, response) => {
    response.json(store.detail(request.params.id));
  };
