import { PlatformError } from './platform-error.ts';

export class JobExpiredError extends PlatformError {
  readonly code = 'expired';
  readonly retryable = false;

  constructor(jobId: string, expiredAt: Date) {
    super({
      what: `Job ${jobId} not run`,
      why: `it expired at ${expiredAt.toISOString()} before a worker could start it`,
      fix: 'Add workers, raise its priority, or give it more time with expiresInMs.',
    });
  }
}
