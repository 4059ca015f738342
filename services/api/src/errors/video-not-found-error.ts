import { PlatformError } from '@shared/errors';

/** There is no such video, or it is somebody else's, or it has no such file. */
export class VideoNotFoundError extends PlatformError {
  readonly code = 'video_not_found';
  readonly retryable = false;

  constructor() {
    super({
      what: 'Video not found',
      why: 'none of yours has this id, or it has no such file',
      fix: 'Use an id that an upload answered, and addresses that GET /videos/:id shows.',
    });
  }
}
