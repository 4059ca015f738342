import { createHash } from 'node:crypto';

/** SHA-256 in hex: how tokens and keys are kept. They are random, so that a slow hash adds nothing. */
export const hashToken = (token: string): string =>
  createHash('sha256').update(token).digest('hex');
