import { PlatformError } from '@shared/errors';

/** No drawing, or none that the caller may see. */
export class DrawingNotFoundError extends PlatformError {
  readonly code = 'drawing_not_found';
  readonly retryable = false;

  constructor() {
    super({
      what: 'Drawing not found',
      why: 'there is none of yours with this id',
      fix: 'Check the id that POST /drawings answered.',
    });
  }
}
