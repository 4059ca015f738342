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
  // Each job keeps one processor busy, in a thread of its own.
  CONCURRENCY: environment.CONCURRENCY.default(availableParallelism()),
});

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>) => {
  const parsed = parseEnvironment(Environment, env);
  return {
    ...workerConfigOf(parsed),
    ...storageConfigOf(parsed),
  };
};
