import { PlatformError } from './platform-error.ts';

/** A payload that does not fit its contract; `path` names the first field at fault. */
export class InvalidPayloadError extends PlatformError {
  readonly code = 'invalid_payload';
  readonly retryable = false;

  constructor(task: string, path: string, problem: string) {
    super(
      {
        what: `Payload of ${task} refused`,
        why: path === '' ? problem : `"${path}": ${problem}`,
        fix: `See the contract of ${task} for the fields it takes.`,
      },
      { path },
    );
  }
}
