import { PlatformError } from './platform-error.ts';

/** An enqueue or worker option out of its range; `path` is the option's name. */
export class InvalidOptionError extends PlatformError {
  readonly code = 'invalid_option';
  readonly retryable = false;

  constructor(option: string, why: string, fix: string) {
    super({ what: `Option "${option}" refused`, why, fix }, { path: option });
  }
}
