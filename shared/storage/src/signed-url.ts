import { createHmac, timingSafeEqual } from 'node:crypto';
import { InvalidOptionError } from '@shared/errors';
import { InvalidSignatureError } from './errors/invalid-signature-error.ts';
import { checkKey } from './key.ts';
import type { SignedMethod } from './storage.ts';

/** S3 signs for no longer, so nothing does. */
const MAX_EXPIRY_MS = 7 * 86_400_000;

const SIGNATURE = /^[0-9a-f]{64}$/;

/** @throws {InvalidOptionError} unless it is more than nothing and at most seven days. */
export const checkExpiry = (expiresInMs: number): void => {
  if (expiresInMs > 0 && expiresInMs <= MAX_EXPIRY_MS) return;
  throw new InvalidOptionError(
    'expiresInMs',
    `${expiresInMs} is not between 1 and ${MAX_EXPIRY_MS}`,
    'Give milliseconds, at most seven days of them.',
  );
};

/** `<publicUrl>/storage/<key>?expires=<Unix time in ms>&signature=<HMAC-SHA256 in hex>` */
export const signUrl = ({
  method,
  key,
  expiresAt,
  publicUrl,
  signingSecret,
}: {
  method: SignedMethod;
  key: string;
  expiresAt: Date;
  publicUrl: string;
  signingSecret: string;
}): string => {
  const expires = String(expiresAt.getTime());
  const signature = sign({ method, key, expires }, signingSecret).toString('hex');
  return `${publicUrl.replace(/\/+$/, '')}/storage/${key}?expires=${expires}&signature=${signature}`;
};

/**
 * What the route behind signed addresses asks before it serves `key`. A GET address may also be asked
 * with HEAD.
 *
 * @param request.expires and `signature` as they came in the query, whatever they are.
 * @throws {InvalidSignatureError} if the address was altered or its time is over.
 * @throws {InvalidKeyError}
 */
export const verifySignedUrl = (
  { method, key, expires, signature }: SignedRequest,
  { signingSecret, now = Date.now() }: { signingSecret: string; now?: number },
): void => {
  checkKey(key);
  if (typeof expires !== 'string' || typeof signature !== 'string') {
    throw new InvalidSignatureError('it lacks its expiry or its signature');
  }
  const signed = { method: method === 'HEAD' ? 'GET' : method, key, expires };
  const given = Buffer.from(SIGNATURE.test(signature) ? signature : '', 'hex');
  if (!equal(sign(signed, signingSecret), given)) {
    throw new InvalidSignatureError('its signature does not fit');
  }
  if (now >= Number(expires)) throw new InvalidSignatureError('it has expired');
};

export type SignedRequest = { method: string; key: string; expires: unknown; signature: unknown };

// Neither a method nor a checked key holds a line break, so no two requests share a signed text.
const sign = (
  { method, key, expires }: { method: string; key: string; expires: string },
  signingSecret: string,
) => createHmac('sha256', signingSecret).update(`${method}\n${key}\n${expires}`).digest();

const equal = (expected: Buffer, given: Buffer) =>
  expected.length === given.length && timingSafeEqual(expected, given);
