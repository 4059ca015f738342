import { PlatformError } from '@shared/errors';

/** The working folder has no room for this job right now; others that end will make some. */
export class DiskFullError extends PlatformError {
  readonly code = 'disk_full';
  readonly retryable = true;

  constructor(neededBytes: number, freeBytes: number) {
    super({
      what: 'Video not processed',
      why: `it needs ${neededBytes} bytes of working space and ${freeBytes} are free`,
      fix: 'Free some space, or set VIDEO_WORK_DIR to a larger disk.',
    });
  }
}
