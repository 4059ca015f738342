import { PlatformError } from '@shared/errors';

/** ffmpeg ended for a reason that is not known to be the video's; another attempt may fare better. */
export class FfmpegFailedError extends PlatformError {
  readonly code = 'ffmpeg_failed';
  readonly retryable = true;

  constructor(why: string, cause?: unknown) {
    super(
      {
        what: 'Video not processed',
        why: `ffmpeg ${why}`,
        fix: 'See what it said; a kill from outside may be the machine running out of memory.',
      },
      { cause },
    );
  }
}
