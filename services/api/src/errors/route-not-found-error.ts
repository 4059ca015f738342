import { PlatformError } from '@shared/errors';

/** No route has this path. */
export class RouteNotFoundError extends PlatformError {
  readonly code = 'route_not_found';
  readonly retryable = false;

  constructor() {
    super({
      what: 'Request refused',
      why: 'nothing is found at this address',
      fix: 'See the README for the addresses there are.',
    });
  }
}
