import { setTimeout as sleep } from 'node:timers/promises';
import { sendWelcomeEmail } from '@shared/contracts';
import { createSession, createUser, type Database, outboxIn } from '@shared/database';
import type { OutboxRelay, Producer } from '@shared/queue';
import type { RequestHandler } from 'express';
import { newAccount } from '../account-fields.ts';
import type { Passwords } from '../passwords.ts';
import { readBody } from '../read-body.ts';
import { contextOf } from '../request-context.ts';
import { SESSION_MS, type SessionTokens } from '../session-tokens.ts';
import { viewUser } from '../user-view.ts';

/** How long an answer waits for its job to be in the queue; longer means that Redis is away. */
const FLUSH_MS = 250;

/**
 * `POST /register` makes an account, opens its first session and has the newcomer greeted by mail:
 * 201 `{ user, jobId, token }`. The mail is enqueued with the account, or neither is; when the queue is
 * down, it comes once that is back.
 * Refusals: 400 `invalid_request`, 409 `email_taken`, `username_taken`, 429 `rate_limited`.
 */
export const register =
  ({
    database,
    producer,
    relay,
    passwords,
    tokens,
  }: {
    database: Database;
    producer: Pick<Producer, 'enqueue'>;
    relay: Pick<OutboxRelay, 'flush'>;
    passwords: Passwords;
    tokens: SessionTokens;
  }): RequestHandler =>
  async (request, response) => {
    const { password, ...account } = readBody(request, newAccount);
    const { log, traceParent } = contextOf(request);
    const passwordHash = await passwords.hash(password);
    const { token, tokenHash } = tokens.issue();
    const expiresAt = new Date(Date.now() + SESSION_MS);

    const { user, job } = await database.transaction(async (transaction) => {
      const user = await createUser(transaction, { ...account, passwordHash });
      await createSession(transaction, { userId: user.id, tokenHash, expiresAt });
      const { id: owner, email: userEmail, firstName: userName, username } = user;
      const job = await producer.enqueue(
        sendWelcomeEmail,
        { userEmail, userName, username },
        {
          id: `welcome-${owner}`,
          owner,
          origin: 'http',
          traceParent,
          transaction: outboxIn(transaction),
        },
      );
      return { user, job };
    });
    // So that the job can be asked for at once; its mail does not depend on it.
    await Promise.race([relay.flush(), sleep(FLUSH_MS)]);

    log.info({ userId: user.id, jobId: job.id }, 'user registered');
    response.status(201).json({ user: viewUser(user), jobId: job.id, token });
  };
