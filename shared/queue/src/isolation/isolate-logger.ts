import { createRequire } from 'node:module';
import type * as Service from '@shared/service';

/**
 * The logger of an isolated handler. What it is made of takes longer to load than all else in an
 * isolate, so one that is needed at once loads it when a handler first logs.
 */
export const isolateLogger = (level: string, relay: (line: string) => void): Service.Logger => {
  // A logger is asked for synchronously, which an import is not.
  const service = require('@shared/service') as typeof Service;
  return service.relayedLogger(level, relay);
};

const require = createRequire(import.meta.url);

/** Loads it before there is a job. */
export const loadLogger = async (): Promise<void> => {
  await import('@shared/service');
};
