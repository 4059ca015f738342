import { InvalidKeyError } from './errors/invalid-key-error.ts';

/** S3 allows 1024 bytes; half of it keeps local paths short of every system's limit. */
const MAX_KEY_LENGTH = 512;

/** Most file systems allow 255 bytes for one name. */
const MAX_SEGMENT_LENGTH = 200;

const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/**
 * @throws {InvalidKeyError} unless the key is made of segments that are safe as file names anywhere:
 *   none is empty, starts with "." or holds "..".
 */
export const checkKey = (key: string): void => {
  if (key.length > MAX_KEY_LENGTH) {
    throw new InvalidKeyError(key, `it is longer than ${MAX_KEY_LENGTH} characters`);
  }
  for (const segment of key.split('/')) checkSegment(key, segment);
};

/**
 * A prefix is the beginning of a key, cut anywhere, or empty.
 *
 * @throws {InvalidKeyError}
 */
export const checkPrefix = (prefix: string): void => {
  const cut = prefix.endsWith('/') || prefix === '';
  checkKey(cut ? `${prefix}_` : prefix);
};

const checkSegment = (key: string, segment: string) => {
  if (!SEGMENT.test(segment) || segment.includes('..')) {
    throw new InvalidKeyError(
      key,
      'each part between "/" must be of letters, digits, ".", "_" and "-", not start with "." and not hold ".."',
    );
  }
  if (segment.length > MAX_SEGMENT_LENGTH) {
    throw new InvalidKeyError(key, `a part of it is longer than ${MAX_SEGMENT_LENGTH} characters`);
  }
};
