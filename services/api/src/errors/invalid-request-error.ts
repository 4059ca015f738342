import { PlatformError } from '@shared/errors';

/** A request whose body, query or parameters do not fit; `path` names the first field at fault. */
export class InvalidRequestError extends PlatformError {
  readonly code = 'invalid_request';
  readonly retryable = false;

  constructor(
    path: string,
    problem: string,
    fix = 'See GET /tasks or the README for what this address takes.',
  ) {
    super(
      { what: 'Request refused', why: `${path === '' ? '' : `"${path}": `}${problem}`, fix },
      { path },
    );
  }
}
