import { PlatformError } from '@shared/errors';
import type { PickleLimits } from '../limits.ts';

/** A pickle larger than its reader allows, in the sense of the limit named. */
export class PickleLimitError extends PlatformError {
  readonly code = 'pickle_too_large';
  readonly retryable = false;
  readonly limit: keyof PickleLimits;

  constructor(limit: keyof PickleLimits, allowed: number) {
    super({
      what: 'Pickle refused',
      why: `it goes over ${limit}, which is ${allowed}`,
      fix: `Send less in one value, or read it with a higher ${limit}.`,
    });
    this.limit = limit;
  }
}
