import { PlatformError } from './platform-error.ts';

/** A chosen id already names a job of another queue; ids are unique across queues. */
export class JobIdTakenError extends PlatformError {
  readonly code = 'job_id_taken';
  readonly retryable = false;

  constructor(jobId: string, queue: string) {
    super(
      {
        what: 'Job refused',
        why: `the id "${jobId}" already names a job of the queue "${queue}"`,
        fix: 'Put the kind of work into the id, as in "welcome-42".',
      },
      { path: 'id' },
    );
  }
}
