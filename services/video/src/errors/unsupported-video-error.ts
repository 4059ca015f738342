import { PlatformError } from '@shared/errors';

export class UnsupportedVideoError extends PlatformError {
  readonly code = 'unsupported_video';
  readonly retryable = false;

  constructor(why: string, cause?: unknown) {
    super(
      {
        what: 'Video refused',
        why,
        fix: 'Upload an MP4, MOV, WebM, Matroska, AVI, MPEG, FLV or Ogg file with a video in it.',
      },
      { cause },
    );
  }
}
