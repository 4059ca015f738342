import type { Logger } from '@shared/service';
import { openIqdbSimilarity } from './iqdb-similarity.ts';
import { openLocalSimilarity } from './local-similarity.ts';
import type { Similarity } from './similarity.ts';

/** An IQDB server's if there is one, else an index of our own, which begins to load. */
export const openSimilarity = ({
  iqdbUrl,
  databaseUrl,
  log,
}: {
  iqdbUrl: string | undefined;
  databaseUrl: string;
  log: Logger;
}): Similarity => {
  if (iqdbUrl !== undefined) return openIqdbSimilarity(iqdbUrl);
  const local = openLocalSimilarity({ databaseUrl, log });
  local.start();
  return local;
};
