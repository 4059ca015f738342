import { availableParallelism } from 'node:os';
import {
  environment,
  parseEnvironment,
  storageConfigOf,
  storageEnvironment,
  workerConfigOf,
  workerEnvironment,
} from '@shared/service';
import { z } from 'zod';

const Environment = z.object({
  ...workerEnvironment,
  ...storageEnvironment,
  // Each job keeps one processor busy. On more than four of them raise UV_THREADPOOL_SIZE too, which
  // bounds how many images Node decodes at once, and set it before the process starts.
  CONCURRENCY: environment.CONCURRENCY.default(availableParallelism()),
  IQDB_URL: environment.IQDB_URL,
});

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>) => {
  const parsed = parseEnvironment(Environment, env);
  return {
    ...workerConfigOf(parsed),
    ...storageConfigOf(parsed),
    iqdbUrl: parsed.IQDB_URL,
  };
};
