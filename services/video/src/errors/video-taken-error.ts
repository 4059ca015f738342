import { PlatformError } from '@shared/errors';

/** The id names a video of somebody else. */
export class VideoTakenError extends PlatformError {
  readonly code = 'video_taken';
  readonly retryable = false;

  constructor(videoId: string) {
    super(
      {
        what: 'Video refused',
        why: `the id "${videoId}" names a video of another user`,
        fix: 'Enqueue with the user who owns the video, or under another id.',
      },
      { path: 'videoId' },
    );
  }
}
