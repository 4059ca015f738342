import { environment, parseEnvironment, workerConfigOf, workerEnvironment } from '@shared/service';
import { z } from 'zod';

const schema = z
  .object({
    ...workerEnvironment,
    CONCURRENCY: environment.CONCURRENCY.default(2),
    /** How long after a leader was last heard of another one takes over. */
    BEAT_LEASE_MS: z.coerce
      .number('must be milliseconds')
      .int()
      .min(3_000, 'must be at least 3000: a leader renews its lease three times in that time')
      .default(15_000),
  })
  .transform((env) => ({
    ...workerConfigOf(env),
    leaseMs: env.BEAT_LEASE_MS,
  }));

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>) =>
  parseEnvironment(schema, env);
