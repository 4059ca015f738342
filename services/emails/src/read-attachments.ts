import { buffer } from 'node:stream/consumers';
import { ObjectNotFoundError, type Storage } from '@shared/storage';
import { AttachmentMissingError } from './errors/attachment-missing-error.ts';
import { AttachmentsTooLargeError } from './errors/attachments-too-large-error.ts';
import type { MailAttachment } from './mailer.ts';

/** Less than any provider takes, encoded. */
const MAX_BYTES = 10 * 1_048_576;

/**
 * Reads a mail's attachments from storage.
 *
 * @throws {AttachmentMissingError | AttachmentsTooLargeError}
 */
export const readAttachments = async (
  named: readonly { key: string; filename: string; contentType: string }[],
  { storage, signal }: { storage: Pick<Storage, 'get'>; signal: AbortSignal },
): Promise<MailAttachment[]> => {
  const read: MailAttachment[] = [];
  let bytes = 0;
  for (const { key, filename, contentType } of named) {
    const object = await storage.get(key, { signal }).catch((error: unknown) => {
      throw error instanceof ObjectNotFoundError ? new AttachmentMissingError(key) : error;
    });
    bytes += object.bytes;
    if (bytes > MAX_BYTES) {
      object.body.destroy();
      throw new AttachmentsTooLargeError(bytes, MAX_BYTES);
    }
    read.push({ filename, contentType, content: await buffer(object.body) });
  }
  return read;
};
