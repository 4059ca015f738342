import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { hashToken } from './hash-token.ts';

export const SESSION_MS = 30 * 86_400_000;

export type SessionTokens = {
  /** A new token `<random>.<HMAC>`, and the hash that the database keeps of it. */
  issue(): { token: string; tokenHash: string };
  /** The hash of a token that we issued; undefined for any other, without asking the database. */
  hashOf(token: string): string | undefined;
};

export const createSessionTokens = (sessionSecret: string): SessionTokens => {
  const sign = (random: string) =>
    createHmac('sha256', sessionSecret).update(`session ${random}`).digest('base64url');
  return {
    issue() {
      const random = randomBytes(32).toString('base64url');
      const token = `${random}.${sign(random)}`;
      return { token, tokenHash: hashToken(token) };
    },
    hashOf(token) {
      const [random, signature, ...more] = token.split('.');
      if (random === undefined || signature === undefined || more.length > 0) return undefined;
      return equal(signature, sign(random)) ? hashToken(token) : undefined;
    },
  };
};

const equal = (given: string, expected: string) => {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
};
