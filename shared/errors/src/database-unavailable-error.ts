import { PlatformError } from './platform-error.ts';

/** PostgreSQL cannot be reached right now, so nothing was read or written. */
export class DatabaseUnavailableError extends PlatformError {
  readonly code = 'database_unavailable';
  readonly retryable = true;

  constructor(cause?: unknown) {
    super(
      {
        what: 'Database unavailable',
        why: 'PostgreSQL does not answer',
        fix: 'Check DATABASE_URL and that the server runs, then try again.',
      },
      { cause },
    );
  }
}
