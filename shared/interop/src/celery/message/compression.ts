import {
  brotliCompressSync,
  brotliDecompressSync,
  deflateSync,
  inflateSync,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib';
import { InvalidMessageError } from '../errors/invalid-message-error.ts';
import { bunzip2 } from './bunzip2.ts';
import { unxz } from './unxz.ts';

export type Compression = 'gzip' | 'zstd' | 'brotli';

/** What `apply_async(compression=…)` calls them: a name, or the content type. */
const NAMES: ReadonlyMap<string, Compression> = new Map([
  ['gzip', 'gzip'],
  ['zlib', 'gzip'],
  ['application/x-gzip', 'gzip'],
  ['zstd', 'zstd'],
  ['zstandard', 'zstd'],
  ['application/zstd', 'zstd'],
  ['brotli', 'brotli'],
  ['application/x-brotli', 'brotli'],
]);

/** Null for none, and for one that is not written here. */
export const compressionNamed = (name: string | null): Compression | null =>
  NAMES.get(name ?? '') ?? null;

/** What kombu calls gzip is zlib's container, not gzip's. */
const CONTENT_TYPES: Readonly<Record<Compression, string>> = {
  gzip: 'application/x-gzip',
  zstd: 'application/zstd',
  brotli: 'application/x-brotli',
};

type Unpack = (bytes: Uint8Array, maxBytes: number) => Uint8Array;

const UNPACKERS: ReadonlyMap<string, Unpack> = new Map([
  ['application/x-gzip', (bytes, maxOutputLength) => inflateSync(bytes, { maxOutputLength })],
  ['application/zstd', (bytes, maxOutputLength) => zstdDecompressSync(bytes, { maxOutputLength })],
  [
    'application/x-brotli',
    (bytes, maxOutputLength) => brotliDecompressSync(bytes, { maxOutputLength }),
  ],
  ['application/x-bz2', bunzip2],
  ['application/x-lzma', unxz],
]);

const PACKERS: Readonly<Record<Compression, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: (bytes) => deflateSync(bytes),
  zstd: (bytes) => zstdCompressSync(bytes),
  brotli: (bytes) => brotliCompressSync(bytes),
};

/**
 * Unpacks what the `compression` header of a message says, and never more than `maxBytes`.
 *
 * @throws {InvalidMessageError} `content` for a name that is not known here, `size`, or `body`.
 */
export const unpack = (bytes: Uint8Array, contentType: string, maxBytes: number): Uint8Array => {
  const unpacker = UNPACKERS.get(contentType);
  if (unpacker === undefined)
    throw new InvalidMessageError(
      'content',
      `its compression ${JSON.stringify(contentType.slice(0, 80))} is unknown`,
    );
  try {
    return unpacker(bytes, maxBytes);
  } catch (cause) {
    if (isTooLarge(cause))
      throw new InvalidMessageError('size', `it unpacks to more than ${maxBytes} bytes`, { cause });
    throw new InvalidMessageError('body', 'it cannot be unpacked', { cause });
  }
};

const isTooLarge = (cause: unknown) =>
  cause instanceof RangeError || (cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';

/** Packs a body, and says what goes into the header `compression`. */
export const pack = (
  bytes: Uint8Array,
  compression: Compression,
): { bytes: Uint8Array; header: string } => ({
  bytes: PACKERS[compression](bytes),
  header: CONTENT_TYPES[compression],
});
