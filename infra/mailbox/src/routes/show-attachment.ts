import type { RequestHandler } from 'express';
import { MailNotFoundError } from '../mail-not-found-error.ts';
import type { MailStore } from '../mail-store.ts';
import { readAttachment } from '../mail.ts';

/** `GET /api/messages/:id/attachments/:index` downloads one attachment; it is never shown in place. */
export const showAttachment =
  ({ store }: { store: MailStore }): RequestHandler<{ id: string; index: string }> =>
  async (request, response) => {
    const { id, index } = request.params;
    const attachment = store.detail(id).attachments.find((one) => String(one.index) === index);
    if (attachment === undefined) throw new MailNotFoundError(`${id}/attachments/${index}`);
    const content = await readAttachment(store.raw(id), attachment.index);
    response.attachment(attachment.filename).type('application/octet-stream').send(content);
  };
