import { type Database, resetPassword as useReset } from '@shared/database';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { password } from '../account-fields.ts';
import { InvalidResetTokenError } from '../errors/invalid-reset-token-error.ts';
import { hashToken } from '../hash-token.ts';
import type { Passwords } from '../passwords.ts';
import { readBody } from '../read-body.ts';

const body = z.strictObject({ password });

/**
 * `POST /password-resets/:token` sets a new password, once, and ends the account's sessions: 204.
 * Refusals: 400 `invalid_request`, `invalid_reset_token`, 429 `rate_limited`.
 */
export const resetPassword =
  ({
    database,
    passwords,
  }: {
    database: Database;
    passwords: Passwords;
  }): RequestHandler<{ token: string }> =>
  async (request, response) => {
    const { password } = readBody(request, body);
    const passwordHash = await passwords.hash(password);
    const tokenHash = hashToken(request.params.token);
    const userId = await useReset(database, { tokenHash, passwordHash });
    if (userId === undefined) throw new InvalidResetTokenError();
    response.status(204).end();
  };
