import { PlatformError } from '@shared/errors';

/** A job whose `data` cannot be run here, whatever is tried. */
export class UnreadableCallError extends PlatformError {
  readonly code = 'undecodable';
  readonly retryable = false;

  constructor(why: string, options?: ErrorOptions) {
    super(
      {
        what: 'RQ job refused',
        why,
        fix: 'Enqueue a plain function by its name, with arguments that are plain values.',
      },
      options,
    );
  }
}
