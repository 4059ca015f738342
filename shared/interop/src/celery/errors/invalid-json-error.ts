import { PlatformError } from '@shared/errors';

/** Text that Python's own `json` would refuse. */
export class InvalidPythonJsonError extends PlatformError {
  readonly code = 'invalid_python_json';
  readonly retryable = false;
  /** Characters before the fault. */
  readonly offset: number;

  constructor(why: string, offset: number) {
    super({
      what: 'JSON refused',
      why: `${why} at character ${offset}`,
      fix: 'Send what json.dumps of Python returns.',
    });
    this.offset = offset;
  }
}
