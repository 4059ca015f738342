import { dirname, resolve } from 'node:path';
import { parseEnvironment, RUNTIME_FILE } from '@shared/service';
import { z } from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;

const url = z.url('must be an http(s) address').transform((address) => address.replace(/\/+$/, ''));

const Environment = z
  .object({
    /** A platform that runs elsewhere; the one of `DATA_DIR` is used, or started, unless told. */
    TASKYARD_URL: url.optional(),
    DATA_DIR: z.string().default(dirname(RUNTIME_FILE)),
  })
  .transform((env) => ({ url: env.TASKYARD_URL, dataDirectory: resolve(env.DATA_DIR) }));

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Environment) => parseEnvironment(Environment, env);

const Addresses = z
  .object({
    TASKYARD_URL: url,
    MAILBOX_URL: url,
    DASHBOARD_URL: url,
    TASKYARD_API_KEY: z.string('must be set to an API key of the platform'),
  })
  .transform((env) => ({
    url: env.TASKYARD_URL,
    mailboxUrl: env.MAILBOX_URL,
    dashboardUrl: env.DASHBOARD_URL,
    apiKey: env.TASKYARD_API_KEY,
  }));

/** Where a platform is, and what opens it. */
export type Addresses = z.output<typeof Addresses>;

/**
 * @param env what a running platform announced, or the caller's own variables.
 * @throws {ConfigError} naming what is missing; a platform that sends real mail has no mailbox.
 */
export const readAddresses = (env: Environment): Addresses => parseEnvironment(Addresses, env);
