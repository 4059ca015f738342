import { environment, parseEnvironment } from '@shared/service';
import { z } from 'zod';
import { parseSender } from './sender.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What development uses unless told otherwise; production has to be told. */
const DEVELOPMENT: Environment = {
  SMTP_URL: 'smtp://127.0.0.1:1025',
  MAIL_FROM: 'Taskyard <hello@taskyard.example>',
  PUBLIC_URL: 'http://127.0.0.1:3000',
};

/** The message never repeats the value: the address of a mail server holds its password. */
const address = (protocols: readonly string[]) =>
  z
    .string('must be set')
    .refine(
      (value) =>
        URL.canParse(value) &&
        protocols.includes(new URL(value).protocol) &&
        new URL(value).host !== '',
      `must be an address that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );

const schema = z
  .object({
    REDIS_URL: environment.REDIS_URL,
    DATABASE_URL: environment.DATABASE_URL,
    QUEUE_PREFIX: environment.QUEUE_PREFIX,
    STORAGE_URL: environment.STORAGE_URL,
    AWS_ACCESS_KEY_ID: z.string().optional(),
    AWS_SECRET_ACCESS_KEY: z.string().optional(),
    LOG_LEVEL: environment.LOG_LEVEL,
    HEALTH_PORT: environment.HEALTH_PORT,
    SHUTDOWN_GRACE_MS: environment.SHUTDOWN_GRACE_MS,
    CONCURRENCY: environment.CONCURRENCY.default(5),
    SMTP_URL: address(['smtp:', 'smtps:']),
    /** How many connections to the mail server at most. */
    SMTP_POOL_SIZE: z.coerce.number('must be a whole number').int().min(1).max(1_000).default(5),
    MAIL_FROM: z.string('must be set').transform((value, context) => {
      const sender = parseSender(value);
      if (sender !== null) return sender;
      context.addIssue('must be an address, as in "Taskyard <hello@example.com>"');
      return z.NEVER;
    }),
    /** Where people reach the product; links in mails start with it. */
    PUBLIC_URL: address(['http:', 'https:']),
  })
  .transform((env) => ({
    redisUrl: env.REDIS_URL,
    databaseUrl: env.DATABASE_URL,
    prefix: env.QUEUE_PREFIX,
    storageUrl: env.STORAGE_URL,
    accessKeyId: env.AWS_ACCESS_KEY_ID,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    logLevel: env.LOG_LEVEL,
    healthPort: env.HEALTH_PORT,
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
    concurrency: env.CONCURRENCY,
    smtpUrl: env.SMTP_URL,
    poolSize: env.SMTP_POOL_SIZE,
    from: env.MAIL_FROM,
    publicUrl: env.PUBLIC_URL,
  }));

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Environment) => {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  return parseEnvironment(
    schema,
    set['NODE_ENV'] === 'production' ? set : { ...DEVELOPMENT, ...set },
  );
};
