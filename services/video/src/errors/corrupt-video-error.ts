import { PlatformError } from '@shared/errors';

/** A file of an allowed kind that breaks off or is damaged. */
export class CorruptVideoError extends PlatformError {
  readonly code = 'corrupt_video';
  readonly retryable = false;

  /** @param said the decoder's own words. */
  constructor(said: string) {
    super({
      what: 'Video refused',
      why: `the file is damaged or incomplete (${said})`,
      fix: 'Check that the video plays elsewhere, and upload it again.',
    });
  }
}
