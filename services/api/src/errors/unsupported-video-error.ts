import { PlatformError } from '@shared/errors';

/** A file whose content is no video that we take. */
export class UnsupportedVideoError extends PlatformError {
  readonly code = 'unsupported_video';
  readonly retryable = false;

  /** @param found the media type that the content has, if it is known. */
  constructor(found: string | undefined) {
    super(
      {
        what: 'Upload refused',
        why:
          found === undefined
            ? 'the content of the file is no video that we know'
            : `the content of the file is ${found}`,
        fix: 'Send MP4, MOV, WebM, Matroska, AVI, MPEG, FLV or Ogg; the name of the file does not matter, its content does.',
      },
      { path: 'video' },
    );
  }
}
