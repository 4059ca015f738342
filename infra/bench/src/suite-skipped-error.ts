import { PlatformError } from '@shared/errors';

/** A suite cannot run on this machine; the others can. */
export class SuiteSkippedError extends PlatformError {
  readonly code = 'suite_skipped';
  readonly retryable = false;

  constructor(why: string, fix: string) {
    super({ what: 'SKIPPED', why, fix });
  }
}
