import { environment, parseEnvironment, workerConfigOf, workerEnvironment } from '@shared/service';
import { z } from 'zod';

const schema = z
  .object({
    ...workerEnvironment,
    // Jobs that run side by side share an INSERT, so there are many: all they do is wait for it.
    CONCURRENCY: environment.CONCURRENCY.default(500),
    ANALYTICS_BATCH: z.coerce
      .number('must be a whole number')
      .int()
      .min(1)
      .max(5_000, 'must be at most 5000')
      .default(500),
  })
  .transform((env) => ({
    ...workerConfigOf(env),
    batch: env.ANALYTICS_BATCH,
  }));

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>) =>
  parseEnvironment(schema, env);
