import { PlatformError } from '@shared/errors';

/** Nothing is ready at the address that `TASKYARD_URL` names. */
export class PlatformUnreachableError extends PlatformError {
  readonly code = 'platform_unreachable';
  readonly retryable = false;

  constructor(url: string) {
    super({
      what: 'Cannot run the demo',
      why: `no platform is ready at ${url}`,
      fix: 'Start it, or unset TASKYARD_URL to have the demo start one.',
    });
  }
}
