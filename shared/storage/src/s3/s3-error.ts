import { S3ServiceException } from '@aws-sdk/client-s3';
import { PlatformError } from '@shared/errors';
import { ObjectNotFoundError } from '../errors/object-not-found-error.ts';
import { StorageUnavailableError } from '../errors/storage-unavailable-error.ts';
import { UnsatisfiableRangeError } from '../errors/unsatisfiable-range-error.ts';
import type { ByteRange } from '../storage.ts';

/** An HTTP HEAD has no body, so there the SDK can only say "NotFound". */
const MISSING = new Set(['NoSuchKey', 'NotFound']);

/**
 * An error of the SDK in the words of this package. A missing bucket is no missing object: it stays
 * an outage, because creating the bucket heals it.
 */
export const translateS3Error = (
  error: unknown,
  operation: string,
  { key, range }: { key?: string; range?: ByteRange | undefined } = {},
): Error => {
  if (error instanceof PlatformError) return error;
  if (error instanceof S3ServiceException && key !== undefined) {
    if (MISSING.has(error.name)) return new ObjectNotFoundError(key, error);
    if (error.name === 'InvalidRange' && range) return new UnsatisfiableRangeError(key, range);
  }
  return new StorageUnavailableError(operation, error);
};
