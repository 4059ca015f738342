import { PlatformError } from '@shared/errors';

/** The index of similar images is still loading, or does not answer. */
export class SimilarityUnavailableError extends PlatformError {
  readonly code = 'similarity_unavailable';
  readonly retryable = true;

  constructor(why: string, options?: ErrorOptions) {
    super(
      { what: 'Search for similar images failed', why, fix: 'Try again in a moment.' },
      options,
    );
  }
}
