import { PlatformError } from './platform-error.ts';

/** The migrations do not fit the database: one was changed after it ran, or is numbered wrongly. */
export class MigrationError extends PlatformError {
  readonly code = 'migration_failed';
  readonly retryable = false;

  constructor(name: string, { why, fix }: { why: string; fix: string }, options?: ErrorOptions) {
    super({ what: `Migration ${name} refused`, why, fix }, options);
  }
}
