import type { RequestHandler } from 'express';
import type { MailStore } from '../mail-store.ts';

/** `DELETE /api/messages` empties the mailbox and answers 204. */
export const deleteMails =
  ({ store }: { store: MailStore }): RequestHandler =>
  async (_request, response) => {
    await store.clear();
    response.status(204).end();
  };
