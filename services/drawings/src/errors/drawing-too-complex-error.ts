import { PlatformError } from '@shared/errors';

/** A drawing of more points than a file should hold or a pen could draw in a day. */
export class DrawingTooComplexError extends PlatformError {
  readonly code = 'drawing_too_complex';
  readonly retryable = false;

  constructor(maxPoints: number) {
    super({
      what: 'Drawing refused',
      why: `it would have more than ${maxPoints} points`,
      fix: 'Ask for a smaller sheet or a lower density.',
    });
  }
}
