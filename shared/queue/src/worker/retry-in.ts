/** What `throw attempt.retryIn(ms)` throws: this attempt is used up, the next one comes after `ms`. */
export class RetryInError extends Error {
  readonly code = 'retry_requested';
  readonly retryable = true;
  readonly delayMs: number;

  constructor(delayMs: number) {
    super(`the handler asked to be run again in ${delayMs} ms`);
    this.name = 'RetryInError';
    this.delayMs = delayMs;
  }
}
