import { PlatformError } from '@shared/errors';

export class UnsupportedTusVersionError extends PlatformError {
  readonly code = 'unsupported_tus_version';
  readonly retryable = false;

  constructor(version: string) {
    super(
      {
        what: 'Request refused',
        why: 'it does not say that it speaks the protocol of resumable uploads',
        fix: `Send the header Tus-Resumable: ${version}.`,
      },
      { path: 'tus-resumable' },
    );
  }
}
