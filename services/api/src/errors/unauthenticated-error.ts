import { PlatformError } from '@shared/errors';

/** Nobody is known by what the request carries: nothing, or a token or key that is unknown or over. */
export class UnauthenticatedError extends PlatformError {
  readonly code = 'unauthenticated';
  readonly retryable = false;

  constructor() {
    super({
      what: 'Request refused',
      why: 'it carries no valid session or API key',
      fix: 'Log in and send "authorization: Bearer <token>", or send an API key as "x-api-key".',
    });
  }
}
