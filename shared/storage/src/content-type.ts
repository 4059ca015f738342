import { InvalidOptionError } from '@shared/errors';

const MAX_LENGTH = 255;

/** @throws {InvalidOptionError} for a content type that no header could carry. */
export const checkContentType = (contentType: string): void => {
  if (contentType.length <= MAX_LENGTH && /^[\x20-\x7e]+$/.test(contentType)) return;
  throw new InvalidOptionError(
    'contentType',
    `it is not 1 to ${MAX_LENGTH} printable ASCII characters`,
    'Give a media type, as in "image/jpeg".',
  );
};
