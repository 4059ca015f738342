import { PlatformError } from './platform-error.ts';

/** Redis cannot be reached right now, so nothing was enqueued or read. */
export class QueueUnavailableError extends PlatformError {
  readonly code = 'queue_unavailable';
  readonly retryable = true;

  constructor(address: string, cause?: unknown) {
    super(
      {
        what: 'Queue unavailable',
        why: `Redis at ${address} does not answer`,
        fix: 'Check REDIS_URL and that the server runs, then try again.',
      },
      { cause },
    );
  }
}
