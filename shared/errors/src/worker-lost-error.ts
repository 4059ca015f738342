import { PlatformError } from './platform-error.ts';

/** The workers that ran a job died too often; it is kept, and fails, until somebody redrives it. */
export class WorkerLostError extends PlatformError {
  readonly code = 'crashed';
  readonly retryable = false;

  /** @param why as in "its worker died while it ran, 5 times". */
  constructor(jobId: string, why: string) {
    super({
      what: `Job ${jobId} is quarantined`,
      why,
      fix: 'Find out what kills its workers, then redrive it.',
    });
  }
}
