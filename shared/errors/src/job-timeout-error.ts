import { PlatformError } from './platform-error.ts';

/** An attempt ran longer than its contract allows. Another attempt may be faster. */
export class JobTimeoutError extends PlatformError {
  readonly code = 'timeout';
  readonly retryable = true;

  constructor(task: string, timeoutMs: number) {
    super({
      what: `Attempt of ${task} stopped`,
      why: `it ran longer than its ${timeoutMs} ms`,
      fix: 'Raise timeoutMs, call extendTimeout while the work goes well, or do less in one job.',
    });
  }
}
