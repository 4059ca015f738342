import { timingSafeEqual } from 'node:crypto';
import { type Database, findApiKey, findUserBySession, type User } from '@shared/database';
import type { Request } from 'express';
import { ForbiddenError } from './errors/forbidden-error.ts';
import { UnauthenticatedError } from './errors/unauthenticated-error.ts';
import { hashToken } from './hash-token.ts';
import type { SessionTokens } from './session-tokens.ts';

/** Who asks: a person with a session, or a program with an API key. */
export type Caller = {
  /** Whose jobs and images are theirs: a user's id, or `key:<id>`. */
  owner: string;
  /** Sees everybody's. */
  operator: boolean;
  /** Undefined for API keys. */
  user: User | undefined;
};

export type Callers = {
  /** @throws {UnauthenticatedError} */
  anyone(request: Request): Promise<Caller>;
  /** @throws {UnauthenticatedError | ForbiddenError} the latter for API keys. */
  person(request: Request): Promise<User>;
  /** API keys, and people who are operators. @throws {UnauthenticatedError | ForbiddenError} */
  machine(request: Request): Promise<Caller>;
  /** People and API keys that may see and change everybody's jobs. @throws {UnauthenticatedError | ForbiddenError} */
  operator(request: Request): Promise<Caller>;
};

/**
 * @param options.apiKey a key of the environment that is an operator's; for the first steps, before
 *   there are keys in the database.
 */
export const createCallers = ({
  database,
  tokens,
  apiKey,
}: {
  database: Database;
  tokens: SessionTokens;
  apiKey: string | undefined;
}): Callers => {
  const bootstrapHash = apiKey === undefined ? undefined : hashToken(apiKey);

  const callerOfKey = async (key: string): Promise<Caller | undefined> => {
    const keyHash = hashToken(key);
    if (bootstrapHash !== undefined && equal(keyHash, bootstrapHash)) {
      return { owner: 'key:bootstrap', operator: true, user: undefined };
    }
    const known = await findApiKey(database, keyHash);
    if (known === undefined) return undefined;
    return { owner: `key:${known.id}`, operator: known.role === 'operator', user: undefined };
  };

  const callerOfBearer = async (token: string): Promise<Caller | undefined> => {
    const tokenHash = tokens.hashOf(token);
    if (tokenHash === undefined) return callerOfKey(token);
    const user = await findUserBySession(database, tokenHash);
    return user && { owner: user.id, operator: user.role !== 'user', user };
  };

  const anyone = async (request: Request): Promise<Caller> => {
    const key = request.get('x-api-key');
    const token = bearerToken(request);
    const caller =
      key === undefined ? token && (await callerOfBearer(token)) : await callerOfKey(key);
    if (!caller) throw new UnauthenticatedError();
    return caller;
  };

  return {
    anyone,
    async person(request) {
      const { user } = await anyone(request);
      if (user !== undefined) return user;
      throw new ForbiddenError('this is for people, and an API key is none', 'Log in as a user.');
    },
    async machine(request) {
      const caller = await anyone(request);
      if (caller.operator || caller.user === undefined) return caller;
      throw new ForbiddenError('this is for machines and operators', 'Use an API key.');
    },
    async operator(request) {
      const caller = await anyone(request);
      if (caller.operator) return caller;
      throw new ForbiddenError('this is for operators', "Use an operator's API key.");
    },
  };
};

/** The token of `authorization: Bearer <token>`. */
export const bearerToken = (request: Request): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '')?.[1];

const equal = (one: string, other: string) => timingSafeEqual(Buffer.from(one), Buffer.from(other));
