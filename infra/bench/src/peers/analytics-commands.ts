import type { Drained } from './commands.ts';

/** How events get into the table: with one INSERT for many, or one for each. */
export type Writing = 'batched' | 'one-by-one';

export type AnalyticsOrder = {
  writing: Writing;
  databaseUrl: string;
  jobs: number;
  concurrency: number;
};

/** What the process with the analytics worker can be asked to do. */
export type AnalyticsCommands = {
  /** Enqueues so many jobs, each an event. */
  enqueue(order: { jobs: number }): Promise<null>;
  /** Starts a worker on a queue that holds `jobs` events, and stops it when all are written. */
  drain(order: AnalyticsOrder): Promise<Drained>;
  /** Writes so many events, as many side by side as jobs would be, without any queue. */
  write(order: AnalyticsOrder): Promise<{ ms: number }>;
};
