import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { InvalidRequestError } from '../errors/invalid-request-error.ts';

/** As `Upload-Checksum` calls them, with the bytes of their digests; the protocol asks for the first. */
const DIGEST_BYTES: ReadonlyMap<string, number> = new Map([
  ['sha1', 20],
  ['sha256', 32],
]);

const ALGORITHMS = [...DIGEST_BYTES.keys()];

export const TUS_CHECKSUM_ALGORITHMS = ALGORITHMS.join(',');

/** What a request says of all its bytes together. */
export type Checksum = {
  update(chunk: Uint8Array): void;
  /** Whether that was so; asked once, after the last byte. */
  matches(): boolean;
};

/**
 * `sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=`: an algorithm, and the digest in base64.
 *
 * @returns undefined for a request without one.
 * @throws {InvalidRequestError} an algorithm that we do not know, or a digest that is none of it.
 */
export const readChecksum = (request: Request): Checksum | undefined => {
  const header = request.get('upload-checksum');
  if (header === undefined) return undefined;
  const [algorithm = '', digest = ''] = header.split(' ');
  const bytes = DIGEST_BYTES.get(algorithm);
  const told = Buffer.from(digest, 'base64');
  if (told.length !== bytes) {
    const wanted = `must be ${ALGORITHMS.join(' or ')}, and the digest in base64`;
    throw new InvalidRequestError('upload-checksum', wanted);
  }
  const hash = createHash(algorithm);
  return { update: (chunk) => hash.update(chunk), matches: () => hash.digest().equals(told) };
};
