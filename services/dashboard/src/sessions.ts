import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RedisConnection } from '@shared/queue';
import { z } from 'zod';
import type { DashboardUser } from './users.ts';

export type Sessions = {
  /** A signed value for the cookie, good for `sessionMs`. */
  open(user: DashboardUser): string;
  /** Whose session it is; undefined if it is forged, over, closed, or the user's password or role changed. */
  userOf(value: string): Promise<DashboardUser | undefined>;
  /** Ends it on all dashboards. */
  close(value: string): Promise<void>;
};

const claims = z.strictObject({ id: z.string(), name: z.string(), until: z.number() });

/**
 * Sessions that live in the cookie, so that any dashboard on the same secret knows them. Redis keeps
 * only those that were closed before their time.
 */
export const createSessions = ({
  secret,
  users,
  sessionMs,
  redis,
  prefix,
}: {
  secret: string;
  users: readonly DashboardUser[];
  sessionMs: number;
  redis: RedisConnection;
  prefix: string;
}): Sessions => {
  // A queue's name holds no "/", so that no key of a queue is ever like this one.
  const closedKey = (id: string) => `{${prefix}}:dashboard/closed/${id}`;

  // A new password or role is a new key: it ends the sessions that began before.
  const sign = (body: string, { name, role, passwordHash }: DashboardUser) =>
    createHmac('sha256', secret)
      .update(['dashboard session', body, name, role, passwordHash].join('\n'))
      .digest('base64url');

  const read = (value: string) => {
    const [body = '', signature = '', ...more] = value.split('.');
    const parsed = more.length > 0 ? undefined : claims.safeParse(decode(body)).data;
    const user = users.find(({ name }) => name === parsed?.name);
    if (parsed === undefined || user === undefined) return undefined;
    if (!equal(signature, sign(body, user)) || parsed.until <= Date.now()) return undefined;
    return { ...parsed, user };
  };

  return {
    open(user) {
      const id = randomBytes(16).toString('base64url');
      const until = Date.now() + sessionMs;
      const json = JSON.stringify({ id, name: user.name, until });
      const body = Buffer.from(json).toString('base64url');
      return `${body}.${sign(body, user)}`;
    },
    async userOf(value) {
      const session = read(value);
      if (session === undefined) return undefined;
      return (await redis.exists(closedKey(session.id))) === 1 ? undefined : session.user;
    },
    async close(value) {
      const session = read(value);
      if (session === undefined) return;
      const { id, until } = session;
      await redis.set(closedKey(id), '1', 'PX', Math.max(until - Date.now(), 1));
    },
  };
};

const decode = (body: string): unknown => {
  try {
    return JSON.parse(Buffer.from(body, 'base64url').toString());
  } catch {
    return undefined;
  }
};

const equal = (given: string, expected: string) => {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
};
