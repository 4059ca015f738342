import { PlatformError } from '@shared/errors';

/** A call does not fit the task; Python's own words for it, so that its users read what they know. */
export class PythonTypeError extends PlatformError {
  readonly code = 'invalid_payload';
  readonly retryable = false;
  /** As `TypeError` shows it: "send_mail() missing 1 required positional argument: 'to'". */
  readonly python: string;

  constructor(task: string, python: string) {
    super({
      what: `Job of ${task} refused`,
      why: python,
      fix: 'Call it with the arguments it takes.',
    });
    this.python = python;
  }
}
