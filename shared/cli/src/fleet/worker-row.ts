import type { WorkerInfo } from '@shared/queue';
import { formatDuration } from '../format-duration.ts';

const MIB = 1_048_576;

/** Running and possible jobs, as `3/10`, and between what a worker chooses, as `3/10 (2-20)`. */
const slots = ({ runningCount, concurrency, autoscale }: WorkerInfo): string => {
  const range = autoscale === null ? '' : ` (${autoscale.min}-${autoscale.max})`;
  return `${runningCount}/${concurrency}${range}`;
};

export const WORKER_HEADINGS = [
  'state',
  'queues',
  'slots',
  'host',
  'pid',
  'version',
  'up',
  'heard',
] as const;

/** Where a worker is and what it does, as a row under {@link WORKER_HEADINGS}. */
export const workerRow = (info: WorkerInfo): string[] => [
  info.state,
  info.queues.join(','),
  slots(info),
  info.host,
  String(info.pid),
  info.version,
  formatDuration(Date.now() - info.startedAt.getTime()),
  `${formatDuration(Math.max(Date.now() - info.heartbeatAt.getTime(), 0))} ago`,
];

export const STATS_HEADINGS = [
  'state',
  'slots',
  'taken',
  'completed',
  'failed',
  'retried',
  'returned',
  'loop lag',
  'cpu',
  'memory',
] as const;

/** What a worker has done and how it fares, as a row under {@link STATS_HEADINGS}. */
export const statsRow = (info: WorkerInfo): string[] => {
  const { taken, completed, failed, retried, returned } = info.counters;
  return [
    info.state,
    slots(info),
    ...[taken, completed, failed, retried, returned].map(String),
    `${info.load.loopLagMs} ms`,
    `${Math.round(info.load.cpuShare * 100)} %`,
    `${Math.round(info.rssBytes / MIB)} MiB`,
  ];
};
