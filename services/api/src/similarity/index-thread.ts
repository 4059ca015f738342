import { parentPort, workerData } from 'node:worker_threads';
import { connectDatabase } from '@shared/database';
import { createSimilarityIndex, decodeSignature } from '@shared/similarity';
import { followSignatures } from './follow-signatures.ts';
import type { ThreadOrder, ThreadReport, ThreadSettings } from './thread-protocol.ts';

/**
 * A thread of the api's own for the index: a search of a million images takes tens of milliseconds of
 * processor, in which the api goes on answering.
 */
const { databaseUrl } = workerData as ThreadSettings; // openLocalSimilarity alone starts this.
const startedAt = performance.now();
const stop = new AbortController();
const index = createSimilarityIndex();
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread has no origin.
const report = (message: ThreadReport) => parentPort?.postMessage(message);

const search = ({ id, signature, limit, owner }: ThreadOrder & { kind: 'search' }) => {
  try {
    const matches = index.search(decodeSignature(signature), {
      limit,
      ...(owner === undefined ? {} : { owner }),
    });
    report({ kind: 'found', id, matches });
  } catch (error) {
    report({ kind: 'failed', id, reason: String(error) });
  }
};

parentPort?.on('message', (order: ThreadOrder) => {
  if (order.kind === 'search') search(order);
  else stop.abort();
});

// One connection listens, the other one reads.
await using database = connectDatabase(databaseUrl, { maxConnections: 2 });
await followSignatures({
  database,
  index,
  signal: stop.signal,
  onLoaded: () =>
    report({ kind: 'loaded', images: index.count(), ms: performance.now() - startedAt }),
  onTrouble: (error) => report({ kind: 'trouble', reason: String(error) }),
});
parentPort?.close();
