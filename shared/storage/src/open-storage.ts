import type { Storage } from './storage.ts';
import { parseStorageUrl } from './storage-url.ts';

export type OpenStorageOptions = {
  /** Of the S3 service; without both, the SDK's own search applies (environment, instance role). */
  accessKeyId?: string | undefined;
  secretAccessKey?: string | undefined;
  /** The local driver's signed addresses start with it, as in `https://api.example.com`. */
  publicUrl?: string | undefined;
  /** Signs the local driver's addresses; the same in every process. */
  signingSecret?: string | undefined;
};

/**
 * Opens `file:<folder>`, which is created if missing, or `s3://bucket?endpoint=…&region=…`. Signing
 * addresses on a local folder needs `publicUrl` and `signingSecret`; nothing else does.
 *
 * @throws {ConfigError} if the URL or the credentials make no sense.
 * @throws {StorageUnavailableError} if the local folder cannot be written.
 */
export const openStorage = async (
  storageUrl: string,
  { accessKeyId, secretAccessKey, publicUrl, signingSecret }: OpenStorageOptions = {},
): Promise<Storage & AsyncDisposable> => {
  const location = parseStorageUrl(storageUrl);
  if (location.driver === 'local') {
    const { openLocalStorage } = await import('./local/local-storage.ts');
    return openLocalStorage(location.folder, { publicUrl, signingSecret });
  }
  // The AWS SDK takes tens of megabytes: only processes that use it load it.
  const { openS3Storage } = await import('./s3/s3-storage.ts');
  return openS3Storage(location, { accessKeyId, secretAccessKey });
};
