import type { Logger } from '@shared/service';
import type { Producer } from '../enqueue/producer.ts';
import { deliverAll } from './deliver.ts';
import type { OutboxSource } from './outbox.ts';

const BATCH = 200;

/** How often the outbox is looked into though nobody tells of new jobs. */
const POLL_MS = 5_000;

/** After trouble, doubling up to the poll. */
const RETRY_MS = 250;

export type OutboxRelay = AsyncDisposable & {
  /** Resolves when what was committed before has been moved, or could not be. */
  flush(): Promise<void>;
};

/**
 * Moves jobs from an outbox into their queues as soon as they are committed, and goes on when Redis or
 * the database were away. A job that was moved and not forgotten, since the relay died, is moved again
 * and is still one job. Any number may run.
 */
export const startOutboxRelay = ({
  outbox,
  producer,
  log,
}: {
  outbox: OutboxSource;
  producer: Pick<Producer, 'deliver'>;
  log?: Logger;
}): OutboxRelay => {
  const stopping = new AbortController();
  const ended = () => stopping.signal.aborted;
  let news = true;
  let wake: (() => void) | undefined;
  let waiting: (() => void)[] = [];

  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** Moves all there is; false if some had to be left for later. */
  const moveAll = async (): Promise<boolean> => {
    let left = false;
    for (;;) {
      const moved = await outbox.move(BATCH, async (jobs) => {
        const outcomes = await deliverAll(jobs, { deliver: producer.deliver, log });
        left = outcomes.includes('later');
        return outcomes;
      });
      if (left) return false;
      if (moved < BATCH || ended()) return true;
    }
  };

  const run = async () => {
    let waitMs = RETRY_MS;
    while (!ended()) {
      news = false;
      const told = waiting;
      waiting = [];
      const done = await moveAll().catch((error: unknown) => {
        log?.warn({ error }, 'outbox could not be read');
        return false;
      });
      for (const tell of told) tell();
      if (ended()) return;
      waitMs = done ? RETRY_MS : Math.min(waitMs * 2, POLL_MS);
      // News while it was being read must not wait for the next poll.
      if (!news) await rest(done ? POLL_MS : waitMs);
    }
  };

  const listening = outbox.listen(() => {
    news = true;
    wake?.();
  });
  const running = run();

  return {
    flush: () =>
      new Promise((resolve) => {
        if (ended()) return resolve();
        waiting.push(resolve);
        news = true;
        wake?.();
      }),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      wake?.();
      await running;
      for (const tell of waiting) tell();
      await listening[Symbol.asyncDispose]();
    },
  };
};
