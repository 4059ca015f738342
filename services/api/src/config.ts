import { environment, parseEnvironment } from '@shared/service';
import { z } from 'zod';
import type { Limits } from './limits.ts';

/** Good enough for one's own machine only, which is why production refuses it. */
const DEVELOPMENT_SECRET = 'development-only-session-secret-0000';

/** `<count>/<seconds>`: so many requests in so many seconds from one address. */
const limit = (standard: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}\/[1-9]\d{0,8}$/, 'must be <count>/<seconds>, as in 20/60')
    .default(standard)
    .transform((text) => {
      const [count, perSeconds] = text.split('/').map(Number);
      return { count: count ?? 0, perSeconds: perSeconds ?? 0 };
    });

const schema = z
  .object({
    NODE_ENV: environment.NODE_ENV,
    LOG_LEVEL: environment.LOG_LEVEL,
    PORT: environment.PORT,
    HOST: z.string().default('127.0.0.1'),
    /** What clients call us by; signed addresses begin with it. */
    PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) address' }).optional(),
    REDIS_URL: environment.REDIS_URL,
    QUEUE_PREFIX: environment.QUEUE_PREFIX,
    DATABASE_URL: environment.DATABASE_URL,
    STORAGE_URL: environment.STORAGE_URL,
    SPOOL_DIRECTORY: environment.SPOOL_DIRECTORY,
    IQDB_URL: environment.IQDB_URL,
    SESSION_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
    TASKYARD_API_KEY: z.string().min(16, 'must have at least 16 characters').optional(),
    MAX_UPLOAD_BYTES: z.coerce
      .number('must be bytes')
      .int()
      .min(1)
      .default(20 * 1_048_576),
    /** What a browser's push subscription may point to: hosts, and all below them. */
    WEB_PUSH_HOSTS: z
      .string()
      .default('fcm.googleapis.com,push.services.mozilla.com,notify.windows.com,web.push.apple.com')
      .transform((text) => text.split(',').map((host) => host.trim())),
    VAPID_PUBLIC_KEY: z.string().optional(),
    MAX_VIDEO_BYTES: z.coerce
      .number('must be bytes')
      .int()
      .min(1)
      .default(5 * 1_073_741_824),
    /** How long an upload that broke off can be resumed. */
    UPLOAD_LIFETIME_HOURS: z.coerce.number('must be hours').min(0.01).max(8_760).default(24),
    RATE_LIMIT_REGISTER: limit('60/3600'),
    RATE_LIMIT_LOGIN: limit('30/300'),
    RATE_LIMIT_PASSWORD_RESETS: limit('20/3600'),
    RATE_LIMIT_UPLOAD: limit('120/60'),
    RATE_LIMIT_CONTRACTS: limit('30/3600'),
    RATE_LIMIT_DRAWINGS: limit('120/60'),
    /** How many proxies stand before us, or their networks, as Express takes it. */
    TRUST_PROXY: z
      .string()
      .regex(/^(\d+|[0-9a-zA-Z.:/, ]+)$/, 'must be a number of proxies or their addresses')
      .default('0')
      .transform((text) => (/^\d+$/.test(text) ? Number(text) : text)),
    SHUTDOWN_GRACE_MS: environment.SHUTDOWN_GRACE_MS,
  })
  .superRefine(({ NODE_ENV, SESSION_SECRET }, context) => {
    if (NODE_ENV === 'production' && SESSION_SECRET === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['SESSION_SECRET'],
        message: 'must be set in production to at least 32 random characters',
      });
    }
  });

export type Config = ReturnType<typeof loadConfig>;

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>) => {
  const set = parseEnvironment(schema, env);
  const limits: Limits = {
    register: set.RATE_LIMIT_REGISTER,
    login: set.RATE_LIMIT_LOGIN,
    passwordResets: set.RATE_LIMIT_PASSWORD_RESETS,
    upload: set.RATE_LIMIT_UPLOAD,
    contracts: set.RATE_LIMIT_CONTRACTS,
    drawings: set.RATE_LIMIT_DRAWINGS,
  };
  return {
    production: set.NODE_ENV === 'production',
    logLevel: set.LOG_LEVEL,
    port: set.PORT,
    host: set.HOST,
    publicUrl: set.PUBLIC_URL ?? `http://localhost:${set.PORT}`,
    redisUrl: set.REDIS_URL,
    prefix: set.QUEUE_PREFIX,
    databaseUrl: set.DATABASE_URL,
    storageUrl: set.STORAGE_URL,
    spoolDirectory: set.SPOOL_DIRECTORY,
    iqdbUrl: set.IQDB_URL,
    sessionSecret: set.SESSION_SECRET ?? DEVELOPMENT_SECRET,
    apiKey: set.TASKYARD_API_KEY,
    maxUploadBytes: set.MAX_UPLOAD_BYTES,
    maxVideoBytes: set.MAX_VIDEO_BYTES,
    uploadLifetimeMs: set.UPLOAD_LIFETIME_HOURS * 3_600_000,
    limits,
    pushHosts: set.WEB_PUSH_HOSTS,
    vapidPublicKey: set.VAPID_PUBLIC_KEY,
    trustProxy: set.TRUST_PROXY,
    shutdownGraceMs: set.SHUTDOWN_GRACE_MS,
  };
};
