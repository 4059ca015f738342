import { randomBytes } from 'node:crypto';
import { sendPasswordResetEmail } from '@shared/contracts';
import { createPasswordReset, type Database, findUserByEmail, type User } from '@shared/database';
import type { Producer } from '@shared/queue';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { email } from '../account-fields.ts';
import type { Background } from '../background.ts';
import { hashToken } from '../hash-token.ts';
import { readBody } from '../read-body.ts';
import { contextOf } from '../request-context.ts';

const RESET_MS = 3_600_000;

const body = z.strictObject({ email });

/**
 * `POST /password-resets` has a link for a new password mailed, good for an hour: always
 * 202 `{ accepted: true }`, as soon for an address that nobody has, so that the answer does not tell
 * who has an account.
 * Refusals: 400 `invalid_request`, 429 `rate_limited`.
 */
export const requestPasswordReset =
  ({
    database,
    producer,
    background,
  }: {
    database: Database;
    producer: Pick<Producer, 'enqueue'>;
    background: Background;
  }): RequestHandler =>
  async (request, response) => {
    const { email } = readBody(request, body);
    const { log, traceParent } = contextOf(request);
    const user = await findUserByEmail(database, email);
    if (user !== undefined) {
      const work = () => mailReset(user, { database, producer, traceParent });
      background.run('password reset', work, log);
    }
    response.status(202).json({ accepted: true });
  };

const mailReset = async (
  { id: userId, email: userEmail, firstName: userName }: User,
  {
    database,
    producer,
    traceParent,
  }: { database: Database; producer: Pick<Producer, 'enqueue'>; traceParent: string },
) => {
  const resetToken = randomBytes(32).toString('base64url');
  const expiresAt = new Date(Date.now() + RESET_MS);
  await createPasswordReset(database, { tokenHash: hashToken(resetToken), userId, expiresAt });
  await producer.enqueue(
    sendPasswordResetEmail,
    { userEmail, userName, resetToken },
    { owner: userId, origin: 'http', traceParent, priority: 'high', expiresInMs: RESET_MS },
  );
};
