import { PlatformError } from '@shared/errors';

/** A worker stopped before all jobs were recorded as complete: its rate would mean nothing. */
export class JobsMissingError extends PlatformError {
  readonly code = 'jobs_missing';
  readonly retryable = false;

  constructor(side: string, complete: number, wanted: number) {
    super({
      what: `Measurement of ${side} refused`,
      why: `${complete} of ${wanted} jobs are complete`,
      fix: 'Find out why jobs fail or stay behind; the numbers of such a run mean nothing.',
    });
  }
}
