import { PlatformError } from './platform-error.ts';

/** A guarded write refused an attempt that a newer one of the same job has overtaken. */
export class StaleAttemptError extends PlatformError {
  readonly code = 'stale_attempt';
  readonly retryable = false;

  constructor(jobId: string, fence: number) {
    super({
      what: `Write of job ${jobId} refused`,
      why: `its fence ${fence} is older than the one that wrote before`,
      fix: 'Nothing is to be done: a newer attempt of the same job has done the work.',
    });
  }
}
