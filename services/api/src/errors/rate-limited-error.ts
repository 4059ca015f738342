import { PlatformError } from '@shared/errors';

/** Over one of the rate limits. */
export class RateLimitedError extends PlatformError {
  readonly code = 'rate_limited';
  readonly retryable = true;
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super({
      what: 'Request refused',
      why: 'too many requests of this kind came from this address',
      fix: `Try again in ${Math.ceil(retryAfterMs / 1_000)} seconds.`,
    });
    this.retryAfterMs = retryAfterMs;
  }
}
