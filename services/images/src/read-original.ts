import { buffer } from 'node:stream/consumers';
import type { Image } from '@shared/database';
import type { Storage } from '@shared/storage';
import { ImageTooLargeError } from './errors/image-too-large-error.ts';

/** Of the original file, which is held in memory as a whole. */
const MAX_ORIGINAL_BYTES = 64 * 1024 * 1024;

/** @throws {ImageTooLargeError | ObjectNotFoundError | StorageUnavailableError} */
export const readOriginal = async (
  storage: Storage,
  { storageKey }: Image,
  signal: AbortSignal,
): Promise<Buffer> => {
  const { body, totalBytes } = await storage.get(storageKey, { signal });
  if (totalBytes > MAX_ORIGINAL_BYTES) {
    body.destroy();
    throw new ImageTooLargeError(
      `it has ${totalBytes} bytes and the limit is ${MAX_ORIGINAL_BYTES}`,
    );
  }
  return await buffer(body);
};
