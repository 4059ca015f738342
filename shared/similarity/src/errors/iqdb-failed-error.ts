import { PlatformError } from '@shared/errors';

/** An IQDB server did not do what it was asked. */
export class IqdbFailedError extends PlatformError {
  readonly code = 'similarity_unavailable';
  readonly retryable = true;

  constructor(request: string, why: string, options?: ErrorOptions) {
    super(
      {
        what: `IQDB request ${request} failed`,
        why,
        fix: 'Check IQDB_URL, and that the server there is IQDB and answers.',
      },
      options,
    );
  }
}
