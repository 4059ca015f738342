import { environment, parseEnvironment } from '@shared/service';
import { z } from 'zod';

const port = z.coerce.number('must be a port number').int().min(0).max(65_535);

const schema = z
  .object({
    MAILBOX_SMTP_PORT: port.default(1025),
    MAILBOX_PORT: port.default(1080),
    MAILBOX_HOST: z.string().default('127.0.0.1'),
    /** Where mails survive a restart; in memory only when unset. */
    MAILBOX_DIR: z.string().optional(),
    MAILBOX_LIMIT: z.coerce.number('must be a whole number').int().min(1).default(500),
    NODE_ENV: environment.NODE_ENV.refine(
      (mode) => mode !== 'production',
      'is "production", and the mailbox shows every mail to anybody: point SMTP_URL at a mail server instead',
    ),
    LOG_LEVEL: environment.LOG_LEVEL,
  })
  .transform((env) => ({
    smtpPort: env.MAILBOX_SMTP_PORT,
    webPort: env.MAILBOX_PORT,
    host: env.MAILBOX_HOST,
    directory: env.MAILBOX_DIR,
    limit: env.MAILBOX_LIMIT,
    logLevel: env.LOG_LEVEL,
  }));

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>) =>
  parseEnvironment(schema, env);
