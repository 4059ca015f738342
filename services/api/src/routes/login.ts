import { createSession, type Database, findUserByEmail } from '@shared/database';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { InvalidCredentialsError } from '../errors/invalid-credentials-error.ts';
import type { Passwords } from '../passwords.ts';
import { readBody } from '../read-body.ts';
import { SESSION_MS, type SessionTokens } from '../session-tokens.ts';
import { viewUser } from '../user-view.ts';

/** Wider than what is taken for a new account: a wrong guess is answered as such, not corrected. */
const credentials = z.strictObject({ email: z.email().max(254), password: z.string().max(1_000) });

/**
 * `POST /login` opens a session: 200 `{ token, user, expiresAt }`, the token for
 * `authorization: Bearer <token>`.
 * Refusals: 400 `invalid_request`, 401 `invalid_credentials`, 429 `rate_limited`.
 */
export const login =
  ({
    database,
    passwords,
    tokens,
  }: {
    database: Database;
    passwords: Passwords;
    tokens: SessionTokens;
  }): RequestHandler =>
  async (request, response) => {
    const { email, password } = readBody(request, credentials);
    const user = await findUserByEmail(database, email);
    const matches = await passwords.matches(password, user?.passwordHash);
    if (user === undefined || !matches) throw new InvalidCredentialsError();
    const { token, tokenHash } = tokens.issue();
    const expiresAt = new Date(Date.now() + SESSION_MS);
    await createSession(database, { userId: user.id, tokenHash, expiresAt });
    response
      .setHeader('cache-control', 'no-store')
      .json({ token, user: viewUser(user), expiresAt: expiresAt.toISOString() });
  };
