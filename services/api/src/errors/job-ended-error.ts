import type { JobStatus } from '@shared/contracts';
import { PlatformError } from '@shared/errors';

/** A cancel that came too late. */
export class JobEndedError extends PlatformError {
  readonly code = 'job_ended';
  readonly retryable = false;

  constructor(jobId: string, status: JobStatus) {
    super({
      what: `Job ${jobId} not cancelled`,
      why: `it has ended already: ${status}`,
      fix: 'Nothing is to be done; a job that has ended stays as it is.',
    });
  }
}
