import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '@shared/errors';

export type StorageLocation =
  | { driver: 'local'; folder: string }
  | { driver: 's3'; bucket: string; region: string; endpoint?: string };

const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/;

/**
 * Reads `file:folder`, `file:///folder` or `s3://bucket?endpoint=…&region=…` (region "auto" unless told).
 *
 * @throws {ConfigError} for anything else.
 */
export const parseStorageUrl = (storageUrl: string): StorageLocation => {
  if (storageUrl.startsWith('file:')) return parseFile(storageUrl);
  if (storageUrl.startsWith('s3:')) return parseS3(storageUrl);
  throw refused('must start with file: or s3:');
};

const parseFile = (storageUrl: string): StorageLocation => {
  const rest = storageUrl.slice('file:'.length);
  if (rest === '') throw refused('must name a folder, as in file:.data/storage');
  // Not a URL in the strict sense when relative: `new URL` would make "file:.data" an absolute path.
  if (!rest.startsWith('//')) return { driver: 'local', folder: resolve(rest) };
  try {
    return { driver: 'local', folder: fileURLToPath(storageUrl) };
  } catch {
    throw refused('must be file:<folder>, or file:///<folder> with three slashes');
  }
};

const parseS3 = (storageUrl: string): StorageLocation => {
  const url = URL.canParse(storageUrl) ? new URL(storageUrl) : undefined;
  if (url === undefined || !BUCKET.test(url.hostname) || url.pathname.replace('/', '') !== '') {
    throw refused('must be s3://bucket, without a path');
  }
  const endpoint = url.searchParams.get('endpoint');
  if (endpoint !== null && !/^https?:\/\/[^/]/.test(endpoint)) {
    throw refused('must have an endpoint that starts with https:// or http://');
  }
  return {
    driver: 's3',
    bucket: url.hostname,
    region: url.searchParams.get('region') ?? 'auto',
    ...(endpoint !== null && { endpoint }),
  };
};

const refused = (problem: string) => new ConfigError([{ variable: 'STORAGE_URL', problem }]);
