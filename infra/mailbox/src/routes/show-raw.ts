import type { RequestHandler } from 'express';
import type { MailStore } from '../mail-store.ts';

/** `GET /api/messages/:id/raw` answers the mail as it came, as text, its envelope in front. */
export const showRaw =
  ({ store }: { store: MailStore }): RequestHandler<{ id: string }> =>
  (request, response) => {
    response.type('text/plain; charset=utf-8').send(store.raw(request.params.id));
  };
