import { PlatformError } from '@shared/errors';

/** Some devices could not be sent to this time. The next attempt leaves out those that have the message. */
export class PushDeferredError extends PlatformError {
  readonly code = 'push_deferred';
  readonly retryable = true;
  /** The longest wait that a provider asked for. */
  readonly retryAfterMs?: number;

  constructor(
    devices: number,
    { codes, retryAfterMs }: { codes: readonly string[]; retryAfterMs?: number | undefined },
  ) {
    super({
      what: `${devices} devices not sent to`,
      why: codes.join(', '),
      fix: 'It is tried again while attempts remain; see to the provider if that goes on.',
    });
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}
