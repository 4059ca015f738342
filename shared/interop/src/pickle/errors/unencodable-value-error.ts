import { PlatformError } from '@shared/errors';

/** A value that has no Python counterpart; `path` leads to the part at fault, as in `items[3].callback`. */
export class UnencodableValueError extends PlatformError {
  readonly code = 'unencodable_value';
  readonly retryable = false;

  constructor(path: string, why: string) {
    super(
      {
        what: 'Value cannot be sent to Python',
        why: path === '' ? why : `"${path}": ${why}`,
        fix: 'Return plain values, or wrap the part with `py` (py.tuple, py.decimal, py.datetime, …).',
      },
      { path },
    );
  }
}
