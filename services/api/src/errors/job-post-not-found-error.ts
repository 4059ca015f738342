import { PlatformError } from '@shared/errors';

export class JobPostNotFoundError extends PlatformError {
  readonly code = 'job_post_not_found';
  readonly retryable = false;

  constructor() {
    super({
      what: 'Job post not found',
      why: 'there is none with this id',
      fix: 'GET /jobs lists those there are.',
    });
  }
}
