import { PlatformError } from './platform-error.ts';

export class JobNotFoundError extends PlatformError {
  readonly code = 'job_not_found';
  readonly retryable = false;

  constructor(jobId: string) {
    super({
      what: 'Job not found',
      why: `no queue holds a job "${jobId}"`,
      fix: 'Check the id; finished jobs leave when their keepResultMs is over.',
    });
  }
}
