import { DatabaseError, DatabaseUnavailableError } from '@shared/errors';
import { DrizzleQueryError } from './drizzle.ts';
import { DatabaseError as PostgresError } from 'pg';

/**
 * Awaits a query and translates what it throws: drizzle's own error repeats every parameter in its
 * message, and parameters are addresses and hashes that must not reach logs or job records.
 *
 * @throws {DatabaseUnavailableError} the server does not answer, or is going down.
 * @throws {DatabaseError} it refused the query; `constraint` names the rule that was broken.
 */
export const ask = async <Result>(query: PromiseLike<Result>): Promise<Result> => {
  try {
    return await query;
  } catch (error) {
    throw translated(error instanceof DrizzleQueryError ? error.cause : error);
  }
};

/** SQLSTATE classes of connection trouble, too little resources, and a server that shuts down. */
const UNAVAILABLE = new Set(['08', '53', '57']);

/** @returns ours for an error of PostgreSQL or of the way to it, anything else as it is. */
export const translated = (error: unknown): unknown => {
  if (error instanceof PostgresError) {
    const sqlState = error.code ?? '';
    // 57014 is a query that was cancelled or ran into its time limit: the server itself is fine.
    if (UNAVAILABLE.has(sqlState.slice(0, 2)) && sqlState !== '57014') {
      return new DatabaseUnavailableError(error);
    }
    return new DatabaseError(sqlState, error);
  }
  return isConnectionTrouble(error) ? new DatabaseUnavailableError(error) : error;
};

const CONNECTION_CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What pg itself says has no code. */
const CONNECTION_MESSAGES = /^Connection terminated|timeout exceeded when trying to connect/;

const isConnectionTrouble = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && CONNECTION_CODES.has(error.code)) ||
    CONNECTION_MESSAGES.test(error.message));
