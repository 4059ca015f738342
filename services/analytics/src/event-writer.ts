import type { TrackedEvent } from '@shared/database';

/** Writes events, many with one statement. */
export type EventWriter = {
  /**
   * Resolves once the event is committed.
   *
   * @param signal an event whose turn has not come when it aborts is not written any more.
   * @returns whether it had been written before.
   */
  write(event: TrackedEvent, signal: AbortSignal): Promise<{ duplicate: boolean }>;
};

/** All or nothing; answers with the ids of the jobs whose events are new. */
export type InsertEvents = (events: readonly TrackedEvent[]) => Promise<ReadonlySet<string>>;

type Waiting = {
  event: TrackedEvent;
  signal: AbortSignal;
  resolve(outcome: { duplicate: boolean }): void;
  reject(reason: unknown): void;
};

/**
 * Gathers the events of jobs that run side by side. While one statement is on its way the next batch
 * fills up by itself; only when nothing is on its way does the first event wait, for `lingerMs`.
 *
 * @param options.maxBatch events in one statement, 500 unless told.
 * @param options.maxInFlight statements at once, 2 unless told: one is written while the next is sent.
 * @param options.lingerMs 5 unless told.
 */
export const createEventWriter = ({
  insert,
  maxBatch = 500,
  maxInFlight = 2,
  lingerMs = 5,
}: {
  insert: InsertEvents;
  maxBatch?: number;
  maxInFlight?: number;
  lingerMs?: number;
}): EventWriter => {
  let waiting: Waiting[] = [];
  let inFlight = 0;
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    while (inFlight < maxInFlight && waiting.length > 0) {
      const batch = waiting.slice(0, maxBatch);
      waiting = waiting.slice(maxBatch);
      inFlight += 1;
      void send(batch.filter(isWanted)).finally(() => {
        inFlight -= 1;
        if (waiting.length > 0) flush();
      });
    }
  };

  const send = async (batch: readonly Waiting[]): Promise<void> => {
    if (batch.length === 0) return;
    try {
      const added = await insert(batch.map(({ event }) => event));
      for (const { event, resolve } of batch) resolve({ duplicate: !added.has(event.jobId) });
    } catch (error) {
      await refuse(batch, error);
    }
  };

  /** One event that cannot be written must not take the others with it: halves find out which it is. */
  const refuse = async (batch: readonly Waiting[], error: unknown): Promise<void> => {
    if (batch.length > 1 && isForGood(error)) {
      const half = Math.ceil(batch.length / 2);
      await send(batch.slice(0, half));
      await send(batch.slice(half));
    } else {
      for (const { reject } of batch) reject(error);
    }
  };

  return {
    write: (event, signal) =>
      new Promise((resolve, reject) => {
        waiting.push({ event, signal, resolve, reject });
        if (waiting.length >= maxBatch) flush();
        else if (inFlight === 0) timer ??= setTimeout(flush, lingerMs);
      }),
  };
};

/** Of a job that was stopped meanwhile, nothing more is written. */
const isWanted = ({ signal, reject }: Waiting): boolean => {
  if (signal.aborted) reject(signal.reason);
  return !signal.aborted;
};

const isForGood = (error: unknown): boolean =>
  error instanceof Error && 'retryable' in error && error.retryable === false;
