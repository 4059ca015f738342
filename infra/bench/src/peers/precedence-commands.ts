import type { Drained } from './commands.ts';

/** What a worker process can be asked to do that serves several queues, the first before the others. */
export type PrecedenceWorkerCommands = {
  /** Empties queues that hold `jobsEach` jobs each. */
  drain(order: { queues: readonly string[]; jobsEach: number; concurrency: number }): Promise<
    Drained & {
      /** How many jobs were started while an earlier queue still held some. */
      outOfOrder: number;
    }
  >;
  /** Starts a worker that goes on for as long as the process. */
  serve(order: { queues: readonly string[]; concurrency: number }): Promise<null>;
  /** How long each job since the last time waited until its handler was called, in ms. */
  pickups(order: null): Promise<number[]>;
};
