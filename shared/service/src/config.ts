import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@shared/errors';
import { z } from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where `npm start` writes the addresses of the servers it runs, relative to the project's root. */
export const RUNTIME_FILE = join('.data', 'platform.json');

/**
 * Reads a process's environment through its one schema. Keys of the schema are the variables' names;
 * an empty string counts as unset.
 *
 * @throws {ConfigError} naming every variable at fault.
 */
export const parseEnvironment = <Schema extends z.ZodType>(
  schema: Schema,
  env: Environment,
): z.output<Schema> => {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(set);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map(({ path, message }) => ({
      variable: path.join('.'),
      problem: message,
    })),
  );
};

/**
 * The environment with what a running `npm start` announced for everything that is not set, so that
 * `npx taskyard …` and scripts reach the embedded servers without any configuration.
 */
export const withRuntimeDefaults = (env: Environment, root = process.cwd()): Environment => {
  try {
    const announced = z
      .looseObject({ env: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(root, RUNTIME_FILE), 'utf8')));
    // An empty variable counts as unset, here as in parseEnvironment.
    const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
    return { ...announced.env, ...set };
  } catch {
    return env; // No platform runs from this folder: plain defaults apply.
  }
};

const port = z.coerce.number('must be a port number').int().min(0).max(65_535);

/** The variables that more than one process reads; a service spreads what it needs into its schema. */
export const environment = {
  REDIS_URL: z.string().default('redis://127.0.0.1:6379'),
  DATABASE_URL: z.string('must be set to a postgres:// address'),
  STORAGE_URL: z.string().default('file:.data/storage'),
  /** A folder of this machine's disk for jobs that wait until Redis is back. */
  SPOOL_DIRECTORY: z.string().optional(),
  /** An IQDB server that searches for similar images; unset, the api does so itself. */
  IQDB_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) address' }).optional(),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/, 'may hold letters, digits, "_" and "-" only')
    .default('taskyard'),
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  PORT: port.default(3000),
  DASHBOARD_PORT: port.default(3001),
  /** 0 = any free port, which the process prints. */
  HEALTH_PORT: port.default(0),
  SHUTDOWN_GRACE_MS: z.coerce.number('must be milliseconds').int().min(0).default(25_000),
  /** How many jobs one worker process runs at once. */
  CONCURRENCY: z.coerce.number('must be a whole number').int().min(1).max(10_000),
};
