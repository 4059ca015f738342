import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePort } from '@shared/embedded';
import { cleanEnvironment } from './clean-environment.ts';

/** The processes that people reach, and the variable that says on which port. */
const PORT_VARIABLES: Readonly<Record<string, keyof Ports>> = {
  web: 'PORT',
  dashboard: 'DASHBOARD_PORT',
  mailbox: 'MAILBOX_PORT',
};

type Ports = Record<'PORT' | 'DASHBOARD_PORT' | 'MAILBOX_PORT' | 'MAILBOX_SMTP_PORT', number>;

/** Where everything of one fleet is, and what opens it. */
export type Wiring = {
  /** What every process is told. */
  env: Readonly<Record<string, string>>;
  prefix: string;
  apiKey: string;
  dashboardPassword: string;
  /** The port that people reach a process on; undefined for workers. */
  portOf(name: string): number | undefined;
  urlOf(name: string): string;
};

/** Addresses and secrets that no other fleet has. @param more goes over all of it. */
export const createWiring = async (
  {
    redisUrl,
    databaseUrl,
    directory,
  }: { redisUrl: string; databaseUrl: string | undefined; directory: string },
  more: Readonly<Record<string, string>>,
): Promise<Wiring> => {
  const ports: Ports = {
    PORT: await freePort(),
    DASHBOARD_PORT: await freePort(),
    MAILBOX_PORT: await freePort(),
    MAILBOX_SMTP_PORT: await freePort(),
  };
  const prefix = `e2e-${randomBytes(4).toString('hex')}`;
  const apiKey = randomBytes(16).toString('hex');
  const dashboardPassword = randomBytes(16).toString('hex');
  const portOf = (name: string) => {
    const variable = PORT_VARIABLES[name];
    return variable && ports[variable];
  };
  return {
    prefix,
    apiKey,
    dashboardPassword,
    portOf,
    urlOf: (name) => `http://127.0.0.1:${portOf(name)}`,
    env: {
      ...cleanEnvironment(),
      ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
      REDIS_URL: redisUrl,
      QUEUE_PREFIX: prefix,
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      STORAGE_URL: `file:${join(directory, 'storage')}`,
      SMTP_URL: `smtp://127.0.0.1:${ports.MAILBOX_SMTP_PORT}`,
      PUBLIC_URL: `http://127.0.0.1:${ports.PORT}`,
      SESSION_SECRET: randomBytes(32).toString('hex'),
      TASKYARD_API_KEY: apiKey,
      DASHBOARD_PASSWORD: dashboardPassword,
      SHUTDOWN_GRACE_MS: '5000',
      ...more,
    },
  };
};
