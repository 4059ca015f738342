/** What sends a job back to its queue untouched: there is no time left here to run it. */
export class NotStartedError extends Error {
  readonly code = 'not_started';

  constructor(jobId: string) {
    super(`job ${jobId} would not end before its worker does`);
    this.name = 'NotStartedError';
  }
}
