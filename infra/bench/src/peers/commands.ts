/** How jobs are enqueued: each after the other, 100 at a time, or 1,000 in one bulk call. */
export type Manner = 'sequential' | 'concurrent' | 'bulk';

/** What a producer process can be asked to do; both rivals take the same orders. */
export type ProducerCommands = {
  enqueue(order: {
    queue: string;
    jobs: number;
    manner: Manner;
    payloadBytes: number;
    /** Over how many groups the jobs are spread, by rivals that know groups. */
    groups?: number;
  }): Promise<{ ms: number }>;
  /** Enqueues one job after the other and waits for each one's result; how long each took, in ms. */
  roundTrips(order: {
    queue: string;
    jobs: number;
    payloadBytes: number;
    /** Whether the payload is the time at which it was enqueued, by producers that can. */
    stamped?: boolean;
    /** A rest between two, so that the worker is idle at each. */
    pauseMs?: number;
  }): Promise<number[]>;
};

/** What a worker process can be asked to do. */
export type WorkerCommands = {
  /** Starts a worker on a queue that holds `jobs` jobs, and stops it when all are done. */
  drain(order: { queue: string; jobs: number; concurrency: number }): Promise<Drained>;
  /** Starts a worker that goes on for as long as the process. */
  serve(order: { queue: string; concurrency: number }): Promise<null>;
  /** What this process has in memory. */
  rssBytes(order: null): Promise<number>;
};

/** What a drain took, without the worker's start and the first 5 % of the jobs. */
export type Drained = { jobs: number; ms: number; cpuMicros: number };
