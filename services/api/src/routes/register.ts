import { sendWelcomeEmail } from '@shared/contracts';
import { createSession, createUser, type Database } from '@shared/database';
import type { Producer } from '@shared/queue';
import type { RequestHandler } from 'express';
import { newAccount } from '../account-fields.ts';
import type { Passwords } from '../passwords.ts';
import { readBody } from '../read-body.ts';
import { contextOf } from '../request-context.ts';
import { SESSION_MS, type SessionTokens } from '../session-tokens.ts';
import { viewUser } from '../user-view.ts';

/**
 * `POST /register` makes an account, opens its first session and has the newcomer greeted by mail:
 * 201 `{ user, jobId, token }`. The account does not depend on the queue: when that is down, `jobId`
 * is null and no mail will come.
 * Refusals: 400 `invalid_request`, 409 `email_taken`, `username_taken`, 429 `rate_limited`.
 */
export const register =
  ({
    database,
    producer,
    passwords,
    tokens,
  }: {
    database: Database;
    producer: Pick<Producer, 'enqueue'>;
    passwords: Passwords;
    tokens: SessionTokens;
  }): RequestHandler =>
  async (request, response) => {
    const { password, ...account } = readBody(request, newAccount);
    const { log, traceParent } = contextOf(request);
    const passwordHash = await passwords.hash(password);
    const user = await createUser(database, { ...account, passwordHash });
    const { token, tokenHash } = tokens.issue();
    const expiresAt = new Date(Date.now() + SESSION_MS);
    await createSession(database, { userId: user.id, tokenHash, expiresAt });

    const { email: userEmail, firstName: userName, username } = user;
    const job = await producer
      .enqueue(
        sendWelcomeEmail,
        { userEmail, userName, username },
        { id: `welcome-${user.id}`, owner: user.id, origin: 'http', traceParent },
      )
      .catch((error: unknown) => {
        log.warn({ error, userId: user.id }, 'welcome mail not enqueued');
        return null;
      });

    log.info({ userId: user.id, jobId: job?.id ?? null }, 'user registered');
    response.status(201).json({ user: viewUser(user), jobId: job?.id ?? null, token });
  };
