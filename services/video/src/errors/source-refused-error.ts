import { PlatformError } from '@shared/errors';

/** A path that leads where no video of ours lies. */
export class SourceRefusedError extends PlatformError {
  readonly code = 'video_source_refused';
  readonly retryable = false;

  constructor(why: string) {
    super(
      {
        what: 'Video refused',
        why,
        fix: 'Give a storage key below "videos/", or a file in a folder of VIDEO_UPLOAD_DIRS.',
      },
      { path: 'videoPath' },
    );
  }
}
