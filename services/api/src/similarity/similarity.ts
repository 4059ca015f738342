import type { Match, Signature } from '@shared/similarity';

/** Finds the images that look most like one. */
export type Similarity = AsyncDisposable & {
  /**
   * The best matches first, by the numbers of their signatures.
   *
   * @param options.owner whose images the caller wants. A server that knows no owners gives everybody's.
   * @throws an error of the code `similarity_unavailable`.
   */
  search(signature: Signature, options: { limit: number; owner?: string }): Promise<Match[]>;
};
