import { PlatformError } from './platform-error.ts';

export class JobCancelledError extends PlatformError {
  readonly code = 'cancelled';
  readonly retryable = false;

  constructor(jobId: string, reason: string) {
    super({
      what: `Job ${jobId} cancelled`,
      why: reason,
      fix: 'Enqueue it again under a new id if the work is wanted after all.',
    });
  }
}
