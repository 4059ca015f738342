import { PlatformError } from '@shared/errors';

/** A range that begins behind the object's last byte, or ends before it begins: HTTP's 416. */
export class UnsatisfiableRangeError extends PlatformError {
  readonly code = 'unsatisfiable_range';
  readonly retryable = false;

  constructor(key: string, { start, end }: { start: number; end?: number }) {
    super({
      what: `Range ${start}-${end ?? ''} of "${key}" refused`,
      why: 'the object has no such bytes',
      fix: 'Ask for whole numbers from 0 that lie within the object; its size is in `head`.',
    });
  }
}
