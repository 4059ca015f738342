import { PlatformError } from './platform-error.ts';

/** Thrown to whoever waits for the result of a job that failed for good. */
export class JobFailedError extends PlatformError {
  readonly code = 'job_failed';
  readonly retryable = false;
  readonly jobId: string;
  /** The `code` of the last attempt's error. */
  readonly failureCode: string;

  constructor(jobId: string, failure: { code: string; message: string }) {
    super({
      what: `Job ${jobId} failed`,
      why: failure.message.replace(/[.\s]+$/, ''),
      fix: 'See its error history with `taskyard status`.',
    });
    this.jobId = jobId;
    this.failureCode = failure.code;
  }
}
