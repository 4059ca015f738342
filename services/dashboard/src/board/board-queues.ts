import { openQueue, type Producer } from '@shared/queue';
import type { Logger } from '@shared/service';
import { RedactingAdapter } from './redacting-adapter.ts';

/** How long a list of queues is good enough. */
const FRESH_MS = 5_000;

export type BoardQueues = AsyncDisposable & {
  /** Finds queues that are new; cheap to call for every request. */
  refresh(): Promise<void>;
  /** Changes when queues have been found. */
  adapters(): { writable: RedactingAdapter[]; readOnly: RedactingAdapter[] };
};

/** The queues of the catalogue and all that were ever enqueued to, as Bull Board wants them. */
export const createBoardQueues = ({
  producer,
  prefix,
  log,
}: {
  producer: Pick<Producer, 'queueNames' | 'redis'>;
  prefix: string;
  log: Logger;
}): BoardQueues => {
  const queues = new Map<string, ReturnType<typeof openQueue>>();
  let adapters: ReturnType<BoardQueues['adapters']> = { writable: [], readOnly: [] };
  let refreshedAt = Number.NEGATIVE_INFINITY;

  const open = (name: string) => {
    const queue = openQueue(name, { redis: producer.redis, prefix });
    // Without a listener it would be printed; the connection reports its own trouble.
    queue.on('error', (error) => log.debug({ error, queue: name }, 'queue reports an error'));
    queues.set(name, queue);
  };

  return {
    async refresh() {
      if (performance.now() - refreshedAt < FRESH_MS) return;
      const names = (await producer.queueNames()).filter((name) => !queues.has(name));
      refreshedAt = performance.now();
      for (const name of names) open(name);
      if (names.length === 0) return;
      const all = [...queues.values()].sort((a, b) => a.name.localeCompare(b.name));
      adapters = {
        writable: all.map((queue) => new RedactingAdapter(queue)),
        readOnly: all.map((queue) => new RedactingAdapter(queue, { readOnlyMode: true })),
      };
    },
    adapters: () => adapters,
    async [Symbol.asyncDispose]() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
};
