import { PlatformError } from '@shared/errors';

/** An id was to be used once, and is in use. */
export class DuplicateRqJobError extends PlatformError {
  readonly code = 'duplicate_rq_job';
  readonly retryable = false;

  constructor(id: string) {
    super({
      what: 'RQ job refused',
      why: `there is a job with the id "${id}"`,
      fix: 'Choose another id, or leave out `unique` to write over it.',
    });
  }
}
