/** RQ's keys (rq 1.13 to 3.0). Those that only the scripts touch stand in shared.lua. */
export const RQ_PREFIX = 'rq:';

export const rqKeys = {
  queues: 'rq:queues',
  queue: (queue: string) => `rq:queue:${queue}`,
  intermediate: (queue: string) => `rq:queue:${queue}:intermediate`,
  firstSeen: (queue: string, id: string) => `rq:queue:${queue}:intermediate:first_seen:${id}`,
  job: (id: string) => `rq:job:${id}`,
  results: (id: string) => `rq:results:${id}`,
  wip: (queue: string) => `rq:wip:${queue}`,
  finished: (queue: string) => `rq:finished:${queue}`,
  failed: (queue: string) => `rq:failed:${queue}`,
  workers: 'rq:workers',
  workersOf: (queue: string) => `rq:workers:${queue}`,
  worker: (name: string) => `rq:worker:${name}`,
  commands: (worker: string) => `rq:pubsub:${worker}`,
  cleaning: (queue: string) => `rq:clean_registries:${queue}`,
  schedulerLock: (queue: string) => `rq:scheduler-lock:${queue}`,
  scheduler: (name: string) => `rq:scheduler:${name}`,
  suspended: 'rq:suspended',
  groups: 'rq:groups',
  group: (name: string) => `rq:group:${name}`,
  scheduled: (queue: string) => `rq:scheduled:${queue}`,
} as const;
