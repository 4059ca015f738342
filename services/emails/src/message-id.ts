import { createHash } from 'node:crypto';

/** What may stand before the @ as it is: RFC 5322's dot-atom, without its rarer signs. */
const PLAIN = /^[\w~+=-]+(?:\.[\w~+=-]+)*$/;

/** Header lines end at 998 characters and get folded at 78; longer keys are hashed. */
const MAX_LENGTH = 64;

/**
 * The Message-ID of the mail that a key stands for: always the same, so that a mail which had to be
 * sent twice is recognised as one. Mail servers and programs drop the second.
 *
 * @param domain of the sender's address.
 */
export const messageIdOf = (idempotencyKey: string, domain: string): string => {
  const local =
    PLAIN.test(idempotencyKey) && idempotencyKey.length <= MAX_LENGTH
      ? idempotencyKey
      : createHash('sha256').update(idempotencyKey).digest('hex');
  return `<${local}@${domain}>`;
};
