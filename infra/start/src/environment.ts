import { join } from 'node:path';
import type { Config } from './config.ts';
import type { DataServers } from './data-servers.ts';
import type { Secrets } from './secrets.ts';

/** The port of each variable; the mailbox's are absent when a mail server was given. */
export type Ports = { PORT: number; DASHBOARD_PORT: number } & Partial<
  Record<'MAILBOX_PORT' | 'MAILBOX_SMTP_PORT', number>
>;

/** Everything the processes are told, and what `npx taskyard` and scripts find announced. */
export const platformEnvironment = (
  config: Config,
  {
    ports,
    secrets,
    servers,
  }: { ports: Ports; secrets: Secrets; servers: Pick<DataServers, 'redis' | 'postgres'> },
): Record<string, string> => ({
  ...(config.vapidPublicKey === undefined ? secrets : withoutPushKeys(secrets)),
  DASHBOARD_USER: 'admin',
  REDIS_URL: servers.redis.url,
  DATABASE_URL: servers.postgres.url,
  STORAGE_URL: config.storageUrl ?? `file:${join(config.dataDirectory, 'storage')}`,
  SMTP_URL: config.smtpUrl ?? `smtp://127.0.0.1:${ports.MAILBOX_SMTP_PORT}`,
  SPOOL_DIRECTORY: config.spoolDirectory ?? join(config.dataDirectory, 'spool'),
  MAILBOX_DIR: join(config.dataDirectory, 'mailbox'),
  PUBLIC_URL: config.publicUrl ?? `http://localhost:${ports.PORT}`,
  TASKYARD_URL: `http://localhost:${ports.PORT}`,
  DASHBOARD_URL: `http://localhost:${ports.DASHBOARD_PORT}`,
  ...(ports.MAILBOX_PORT !== undefined && {
    MAILBOX_URL: `http://localhost:${ports.MAILBOX_PORT}`,
  }),
  SHUTDOWN_GRACE_MS: String(config.graceMs),
  ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
});

/** Somebody who has keys of their own has given both of them. */
const withoutPushKeys = (secrets: Secrets) => {
  const { VAPID_PUBLIC_KEY: _public, VAPID_PRIVATE_KEY: _private, ...others } = secrets;
  return others;
};
