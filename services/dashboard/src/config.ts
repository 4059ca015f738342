import { randomBytes } from 'node:crypto';
import { environment, parseEnvironment } from '@shared/service';
import { z } from 'zod';
import { type DashboardUser, parseUsers } from './users.ts';

const users = z.string().transform((text, context): DashboardUser[] => {
  try {
    return parseUsers(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const schema = z
  .object({
    NODE_ENV: environment.NODE_ENV,
    LOG_LEVEL: environment.LOG_LEVEL,
    DASHBOARD_PORT: environment.DASHBOARD_PORT,
    HOST: z.string().default('127.0.0.1'),
    REDIS_URL: environment.REDIS_URL,
    QUEUE_PREFIX: environment.QUEUE_PREFIX,
    DATABASE_URL: environment.DATABASE_URL,
    SPOOL_DIRECTORY: environment.SPOOL_DIRECTORY,
    /** `name:role:hash`, separated by commas. */
    DASHBOARD_USERS: users.default([]),
    /** Of the user "admin"; for one's own machine only. */
    DASHBOARD_PASSWORD: z.string().optional(),
    SESSION_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
    SESSION_HOURS: z.coerce.number('must be hours').min(0.1).max(720).default(12),
    /** How many proxies stand before us, or their networks, as Express takes it. */
    TRUST_PROXY: z
      .string()
      .regex(/^(\d+|[0-9a-zA-Z.:/, ]+)$/, 'must be a number of proxies or their addresses')
      .default('0')
      .transform((text) => (/^\d+$/.test(text) ? Number(text) : text)),
  })
  .superRefine(({ NODE_ENV, DASHBOARD_USERS, SESSION_SECRET }, context) => {
    if (NODE_ENV !== 'production') return;
    const refuse = (variable: string, message: string) =>
      context.addIssue({ code: 'custom', path: [variable], message });
    if (DASHBOARD_USERS.length === 0) {
      refuse(
        'DASHBOARD_USERS',
        'must name somebody in production, as in "ada:admin:<hash>" (DASHBOARD_PASSWORD does not count there)',
      );
    }
    if (SESSION_SECRET === undefined) {
      refuse('SESSION_SECRET', 'must be set in production to at least 32 random characters');
    }
  });

export type Config = ReturnType<typeof loadConfig>;

/**
 * Refuses to let production start without credentials. Elsewhere there is always the user "admin",
 * whose password is made up when none is given.
 *
 * @throws {ConfigError} naming every variable at fault.
 */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>) => {
  const set = parseEnvironment(schema, env);
  const production = set.NODE_ENV === 'production';
  const mustInvent = set.DASHBOARD_PASSWORD === undefined && set.DASHBOARD_USERS.length === 0;
  const inventedPassword =
    !production && mustInvent ? randomBytes(9).toString('base64url') : undefined;
  return {
    production,
    environment: set.NODE_ENV,
    logLevel: set.LOG_LEVEL,
    port: set.DASHBOARD_PORT,
    host: set.HOST,
    redisUrl: set.REDIS_URL,
    prefix: set.QUEUE_PREFIX,
    databaseUrl: set.DATABASE_URL,
    spoolDirectory: set.SPOOL_DIRECTORY,
    users: set.DASHBOARD_USERS,
    /** Of the user "admin", in the clear. */
    developmentPassword: production ? undefined : (set.DASHBOARD_PASSWORD ?? inventedPassword),
    /** Nobody knows it yet: it has to be told. */
    inventedPassword,
    sessionSecret: set.SESSION_SECRET ?? randomBytes(32).toString('base64url'),
    sessionMs: set.SESSION_HOURS * 3_600_000,
    trustProxy: set.TRUST_PROXY,
  };
};
