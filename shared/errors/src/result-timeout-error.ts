import { PlatformError } from './platform-error.ts';

/** The wait for a result was over before the job was. The job itself goes on. */
export class ResultTimeoutError extends PlatformError {
  readonly code = 'result_timeout';
  readonly retryable = true;

  constructor(jobId: string, timeoutMs: number) {
    super({
      what: `No result of job ${jobId} yet`,
      why: `it did not end within ${timeoutMs} ms`,
      fix: 'Wait longer, or ask for its status later; the job goes on.',
    });
  }
}
