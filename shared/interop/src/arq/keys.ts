/** ARQ's keys (arq 0.26 to 0.28, `constants.py`). A queue's key is its name. */
export const arqKeys = {
  job: (id: string) => `arq:job:${id}`,
  result: (id: string) => `arq:result:${id}`,
  /** The run lock: exists while somebody has the job. */
  inProgress: (id: string) => `arq:in-progress:${id}`,
  /** How many tries were begun. */
  tries: (id: string) => `arq:retry:${id}`,
  /** Sorted set of the jobs that clients want stopped, for all queues. */
  abort: 'arq:abort',
  health: (queue: string) => `${queue}:health-check`,
} as const;

export const DEFAULT_ARQ_QUEUE = 'arq:queue';

/** How long the counter of tries is kept, as ARQ keeps it. */
export const TRIES_KEPT_SECONDS = 88_400;
