import { join, resolve } from 'node:path';
import { PROJECT_ROOT } from '@shared/embedded';
import { environment, parseEnvironment } from '@shared/service';
import { z } from 'zod';

const port = environment.PORT.unwrap();

const schema = z
  .object({
    /** Everything that is kept between two starts lies here, relative to the project's root. */
    DATA_DIR: z.string().default('.data'),
    REDIS_URL: z.string().optional(),
    DATABASE_URL: z.string().optional(),
    SMTP_URL: z.string().optional(),
    STORAGE_URL: z.string().optional(),
    SPOOL_DIRECTORY: z.string().optional(),
    PUBLIC_URL: z.string().optional(),
    VAPID_PUBLIC_KEY: z.string().optional(),
    PORT: environment.PORT,
    DASHBOARD_PORT: environment.DASHBOARD_PORT,
    MAILBOX_PORT: port.default(1080),
    MAILBOX_SMTP_PORT: port.default(1025),
    SHUTDOWN_GRACE_MS: environment.SHUTDOWN_GRACE_MS,
  })
  .transform((env) => ({
    dataDirectory: resolve(PROJECT_ROOT, env.DATA_DIR),
    procfile: join(PROJECT_ROOT, 'Procfile'),
    redisUrl: env.REDIS_URL,
    databaseUrl: env.DATABASE_URL,
    smtpUrl: env.SMTP_URL,
    storageUrl: env.STORAGE_URL,
    spoolDirectory: env.SPOOL_DIRECTORY,
    publicUrl: env.PUBLIC_URL,
    vapidPublicKey: env.VAPID_PUBLIC_KEY,
    ports: {
      PORT: env.PORT,
      DASHBOARD_PORT: env.DASHBOARD_PORT,
      // A mail server of the caller's makes the development mailbox, and its ports, needless.
      ...(env.SMTP_URL === undefined && {
        MAILBOX_PORT: env.MAILBOX_PORT,
        MAILBOX_SMTP_PORT: env.MAILBOX_SMTP_PORT,
      }),
    },
    graceMs: env.SHUTDOWN_GRACE_MS,
  }));

export type Config = z.output<typeof schema>;

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>): Config =>
  parseEnvironment(schema, env);
