import {
  environment,
  parseEnvironment,
  storageConfigOf,
  storageEnvironment,
  workerConfigOf,
  workerEnvironment,
} from '@shared/service';
import { z } from 'zod';

/** Good enough for one's own machine only, which is why production asks for it. */
const DEVELOPMENT = { PUBLIC_URL: 'http://127.0.0.1:3000' };

const Environment = z.object({
  ...workerEnvironment,
  ...storageEnvironment,
  /** What the links to contracts start with. */
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be set to an http(s) address' }),
  CONCURRENCY: environment.CONCURRENCY.default(5),
});

/** @throws {ConfigError} naming every variable at fault. */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>) => {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = parseEnvironment(
    Environment,
    set['NODE_ENV'] === 'production' ? set : { ...DEVELOPMENT, ...set },
  );
  return {
    ...workerConfigOf(parsed),
    ...storageConfigOf(parsed),
    publicUrl: parsed.PUBLIC_URL,
  };
};
