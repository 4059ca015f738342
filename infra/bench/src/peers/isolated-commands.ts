/** Where a handler runs: in the worker's event loop, or where it can be killed. */
export type Place = 'inline' | 'thread' | 'process';

/** What a worker process can be asked to do that runs handlers in several places. */
export type IsolatedWorkerCommands = {
  /** Starts a worker that goes on for as long as the process. */
  serve(order: { queue: string; place: Place }): Promise<null>;
};
