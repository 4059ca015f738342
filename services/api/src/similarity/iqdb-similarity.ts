import { createIqdbClient, MOST_MATCHES } from '@shared/similarity';
import type { Similarity } from './similarity.ts';

/** Asks an IQDB server, which knows no owners: the more matches, the more are the caller's own. */
export const openIqdbSimilarity = (url: string): Similarity => {
  const iqdb = createIqdbClient(url);
  return {
    search: (signature, { limit, owner }) =>
      iqdb.search(signature, { limit: owner === undefined ? limit : MOST_MATCHES }),
    async [Symbol.asyncDispose]() {},
  };
};
