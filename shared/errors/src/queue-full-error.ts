import { PlatformError } from './platform-error.ts';

/** Redis is close to its memory limit: taking more jobs would stop the workers too. */
export class QueueFullError extends PlatformError {
  readonly code = 'queue_full';
  readonly retryable = true;

  constructor(usedBytes?: number, maxBytes?: number) {
    super({
      what: 'Job refused',
      why:
        usedBytes === undefined
          ? 'Redis has reached its maxmemory'
          : `Redis uses ${usedBytes} of its ${maxBytes} bytes (maxmemory)`,
      fix: 'Try again later, add workers, keep results for less time, or give Redis more memory.',
    });
  }
}
