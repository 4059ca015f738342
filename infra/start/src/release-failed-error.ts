import { PlatformError } from '@shared/errors';

/** The Procfile's release line, which prepares the database, did not succeed. */
export class ReleaseFailedError extends PlatformError {
  readonly code = 'release_failed';
  readonly retryable = false;

  constructor(reason: string, lastLines: readonly string[]) {
    super({
      what: 'Cannot start',
      why: `the Procfile's release line ${reason}`,
      fix: `Its last lines:\n  ${lastLines.join('\n  ')}`,
    });
  }
}
