import { PlatformError } from '@shared/errors';

/** A drawing that is still being made, or whose job failed. */
export class DrawingNotReadyError extends PlatformError {
  readonly code = 'drawing_not_ready';
  readonly retryable = true;

  constructor() {
    super({
      what: 'Drawing not ready',
      why: 'it was not drawn, or not yet',
      fix: 'Ask for the status of its job, and try again when that is complete.',
    });
  }
}
