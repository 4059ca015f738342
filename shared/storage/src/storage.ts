import type { Readable } from 'node:stream';
import type { HealthCheck } from '@shared/service';

/** The bytes from `start` to `end`, both included, as in HTTP; without `end`, to the last one. */
export type ByteRange = { start: number; end?: number };

export type PutOptions = {
  contentType: string;
  /** Aborting leaves the key as it was before. */
  signal?: AbortSignal | undefined;
  /** A longer body is refused with `ObjectTooLargeError`. No limit unless told. */
  maxBytes?: number | undefined;
};

export type PutResult = { bytes: number; etag: string };

export type ObjectHead = {
  /** Of the whole object. */
  totalBytes: number;
  contentType: string;
  /** Changes with the content; opaque, without quotes. */
  etag: string;
};

export type ObjectContent = ObjectHead & {
  /** Read it to its end or destroy it: it holds a file or a connection open. */
  body: Readable;
  /** Of `body`; less than `totalBytes` if a range was asked for. */
  bytes: number;
};

export type ListedObject = { key: string; bytes: number };

export type SignedUrlOptions = {
  /** At most seven days, which is S3's limit. */
  expiresInMs: number;
  /** GET unless told. */
  method?: SignedMethod | undefined;
};

export type SignedMethod = 'GET' | 'PUT';

/**
 * Objects by key. Both drivers behave the same: a key holds a whole object or none, also after a
 * crash; a `put` replaces what was there at once.
 *
 * Every call may throw `InvalidKeyError` (segments of letters, digits, ".", "_", "-", joined by "/")
 * and `StorageUnavailableError`.
 */
export type Storage = {
  /**
   * Stores the body, reading it to its end, or destroying it if the call fails. An error of the body
   * itself, like an upload cut short, is thrown as it is.
   *
   * @throws {ObjectTooLargeError}
   */
  put(key: string, body: Readable | Uint8Array, options: PutOptions): Promise<PutResult>;
  /** @throws {ObjectNotFoundError | UnsatisfiableRangeError} */
  get(
    key: string,
    options?: { range?: ByteRange | undefined; signal?: AbortSignal | undefined },
  ): Promise<ObjectContent>;
  /** @throws {ObjectNotFoundError} */
  head(key: string): Promise<ObjectHead>;
  /** Deletes the object if there is one. */
  delete(key: string): Promise<void>;
  /** Every object whose key starts with the prefix, in the order of their keys' bytes. */
  list(prefix: string): AsyncIterable<ListedObject>;
  /** An address that whoever holds it may use, without any other credentials, until it expires. */
  signedUrl(key: string, options: SignedUrlOptions): Promise<string>;
  /** Whether objects can be reached right now. */
  health: HealthCheck;
};
