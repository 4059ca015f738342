import { PlatformError } from '@shared/errors';

/** The Procfile holds a line that cannot be run as it stands. */
export class InvalidProcfileError extends PlatformError {
  readonly code = 'invalid_procfile';
  readonly retryable = false;

  constructor(line: number, why: string) {
    super({
      what: `Cannot read the Procfile, line ${line}`,
      why,
      fix: 'Write one "name: program and arguments" per line.',
    });
  }
}
