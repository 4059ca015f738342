import { PlatformError } from './platform-error.ts';

/** A handler returned what its contract does not promise; running it again would do the same. */
export class InvalidResultError extends PlatformError {
  readonly code = 'invalid_result';
  readonly retryable = false;

  constructor(task: string, path: string, problem: string) {
    super(
      {
        what: `Result of ${task} refused`,
        why: path === '' ? problem : `"${path}": ${problem}`,
        fix: 'Make the handler return what the contract says, or change the contract.',
      },
      { path },
    );
  }
}
