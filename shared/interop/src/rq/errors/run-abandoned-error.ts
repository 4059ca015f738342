import { PlatformError } from '@shared/errors';
import { PythonError } from '../../tasks/python-error.ts';

/** The worker that ran an RQ job died: whether it is tried again is said by the job's retries, as in RQ. */
export class RunAbandonedError extends PlatformError {
  readonly code = 'abandoned';
  readonly retryable = false;
  /** What RQ's own clean-up says of such a job. */
  readonly python = new PythonError('AbandonedJobError', [], { module: 'rq.exceptions' });

  constructor(id: string) {
    super({
      what: `RQ job ${id} was abandoned`,
      why: 'the worker that ran it died',
      fix: 'Enqueue it with retry=Retry(max=…) if it may run twice, or set RQ_ABANDONED=rerun.',
    });
  }
}
