import { type JobError } from '@shared/contracts';
import { PlatformError } from '@shared/errors';

/** A job that this one waited for failed for good; its code is this one's. */
export class PartFailedError extends PlatformError {
  readonly code: string;
  readonly retryable = false;

  /** @param part what it made, as in `720p`. */
  constructor(part: string, error: Pick<JobError, 'code' | 'message'>) {
    super({
      what: `Video not processed, its ${part} failed`,
      why: error.message.replace(/[.\s]+$/, ''),
      fix: 'Mend that, and redrive this job.',
    });
    this.code = error.code;
  }
}
