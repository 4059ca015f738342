import { PlatformError } from '@shared/errors';

/** A video that is one, of a size or length that nobody could mean or we do not take. */
export class VideoOutOfRangeError extends PlatformError {
  readonly code = 'video_out_of_range';
  readonly retryable = false;

  constructor(why: string) {
    super({ what: 'Video refused', why, fix: 'Upload a smaller or shorter video.' });
  }
}
