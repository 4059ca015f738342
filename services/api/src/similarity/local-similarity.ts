import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { encodeSignature, type Match } from '@shared/similarity';
import type { Logger } from '@shared/service';
import { SimilarityUnavailableError } from '../errors/similarity-unavailable-error.ts';
import type { Similarity } from './similarity.ts';
import type { ThreadOrder, ThreadReport, ThreadSettings } from './thread-protocol.ts';

const RESTART_MS = 1_000;
const CLOSE_MS = 2_000;

export type LocalSimilarity = Similarity & {
  /** Begins to load; the first search does so too. */
  start(): void;
};

type Asked = {
  resolve(matches: Match[]): void;
  reject(error: unknown): void;
};

/** One thread with its index, from its start to its end. */
type Thread = { worker: Worker; loaded: Promise<void>; ended: Promise<void> };

/**
 * Searches in memory, in a thread that follows the table of signatures. One that dies is started again.
 *
 * @param options.patienceMs how long a search waits for the index to load, and for its answer.
 */
export const openLocalSimilarity = ({
  databaseUrl,
  log,
  patienceMs = 10_000,
}: {
  databaseUrl: string;
  log: Logger;
  patienceMs?: number;
}): LocalSimilarity => {
  const asked = new Map<number, Asked>();
  let nextId = 0;
  let thread: Thread | undefined;
  let closing = false;

  const onEnd = (code: number) => {
    thread = undefined;
    const error = new SimilarityUnavailableError('the thread with the index ended');
    for (const { reject } of asked.values()) reject(error);
    asked.clear();
    if (closing) return;
    log.error({ code }, 'similarity index ended, and starts again');
    setTimeout(() => !closing && start(), RESTART_MS).unref();
  };

  const start = () => (thread ??= launch({ databaseUrl, log, asked, onEnd }));

  return {
    start: () => void start(),
    async search(signature, { limit, owner }) {
      const { worker, loaded } = start();
      await patiently(patienceMs, loaded, 'its index is still loading');
      const id = (nextId += 1);
      const answered = new Promise<Match[]>((resolve, reject) => {
        asked.set(id, { resolve, reject });
      });
      tell(worker, { kind: 'search', id, signature: encodeSignature(signature), limit, owner });
      try {
        return await patiently(patienceMs, answered, 'its index does not answer');
      } finally {
        asked.delete(id);
      }
    },
    async [Symbol.asyncDispose]() {
      closing = true;
      if (thread === undefined) return;
      const { worker, ended } = thread;
      tell(worker, { kind: 'close' });
      await Promise.race([ended, sleep(CLOSE_MS, undefined, { ref: false })]);
      await worker.terminate();
    },
  };
};

const launch = ({
  databaseUrl,
  log,
  asked,
  onEnd,
}: {
  databaseUrl: string;
  log: Logger;
  asked: ReadonlyMap<number, Asked>;
  onEnd: (code: number) => void;
}): Thread => {
  const workerData: ThreadSettings = { databaseUrl };
  const worker = new Worker(new URL('./index-thread.ts', import.meta.url), { workerData });
  const loaded = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();

  const on = (report: ThreadReport) => {
    switch (report.kind) {
      case 'loaded':
        log.info({ images: report.images, ms: Math.round(report.ms) }, 'similarity index loaded');
        return loaded.resolve();
      case 'trouble':
        return log.warn({ reason: report.reason }, 'similarity index does not follow its table');
      case 'found':
        return asked.get(report.id)?.resolve(report.matches);
      case 'failed':
        return asked.get(report.id)?.reject(new SimilarityUnavailableError(report.reason));
    }
  };
  worker.on('message', on);
  worker.on('error', (error) => log.error({ error }, 'similarity index failed'));
  worker.on('exit', (code) => {
    ended.resolve();
    onEnd(code);
  });
  return { worker, loaded: loaded.promise, ended: ended.promise };
};

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread has no origin.
const tell = (worker: Worker, order: ThreadOrder) => worker.postMessage(order);

/** @throws {SimilarityUnavailableError} it takes longer than `ms`. */
const patiently = async <Value>(ms: number, work: Promise<Value>, why: string): Promise<Value> => {
  const waited = new AbortController();
  const late = sleep(ms, undefined, { signal: waited.signal }).then(() => {
    throw new SimilarityUnavailableError(why);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    waited.abort();
  }
};
