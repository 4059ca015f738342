import {
  queueInfo,
  registeredInfo,
  REGISTERED_ATTRIBUTES,
  scheduledInfo,
  taskInfo,
  workerStats,
} from '../pidbox/facts.ts';
import { controlAnswer } from '../pidbox/answers.ts';
import { SPOKEN_VERSION } from '../events/event-sender.ts';
import { BUILTIN_NAMES } from '../handler/builtin-names.ts';
import { type Arguments, textsOf } from './arguments.ts';
import type { ActiveTask } from './census.ts';
import type { Node } from './node.ts';

/** Commands that only look. */
export const INSPECTION = {
  ping: () => controlAnswer.pong(),
  clock: ({ clock }: Node) => controlAnswer.clock(clock.value),
  active: (node: Node, given: Arguments) =>
    node.census.active().map((task) => activeInfo(node, task, given.get('safe') === true)),
  reserved: (node: Node) =>
    node.consumer.ready().map(({ message }) => taskInfo({ message, nodename: nameOf(node) })),
  scheduled: (node: Node) =>
    node.consumer
      .scheduled()
      .map(({ message }) =>
        scheduledInfo({ message, nodename: nameOf(node), etaMs: message.eta?.epochMs ?? 0 }),
      ),
  revoked: ({ revocations }: Node) => revocations.ids(),
  registered: ({ host, limits }: Node, given: Arguments) => {
    const asked = textsOf(given, 'taskinfoitems');
    const attributes = asked.length === 0 ? REGISTERED_ATTRIBUTES : asked;
    const own = host.tasks.names().filter((name) => !name.startsWith('celery.'));
    const names = given.get('builtins') === true ? [...own, ...BUILTIN_NAMES].sort() : own;
    return names.map((name) =>
      registeredInfo(
        name,
        new Map(attributes.map((item) => [item, attributeOf(item, name, limits.rateOf(name))])),
      ),
    );
  },
  stats: (node: Node) => statsOf(node),
  active_queues: ({ consumer }: Node) => consumer.queues().map((queue) => queueInfo({ queue })),
  query_task: (node: Node, given: Arguments) => {
    const ids = new Set([...textsOf(given, 'ids'), ...textsOf(given, 'task_id')]);
    const ready = node.consumer.ready().map(({ message }) => message);
    return Object.fromEntries([
      ...ready
        .filter(({ id }) => ids.has(id))
        .map((message) => [
          message.id,
          ['reserved', taskInfo({ message, nodename: nameOf(node) })],
        ]),
      ...node.census
        .active()
        .filter(({ message }) => ids.has(message.id))
        .map((task) => [task.message.id, ['active', activeInfo(node, task, false)]]),
    ]);
  },
  conf: (node: Node) => settingsOf(node),
  report: (node: Node) => controlAnswer.report(reportOf(node)),
  memsample: () => `${(process.memoryUsage().rss / 1_048_576).toFixed(2)}MB`,
  memdump: () => null,
  objgraph: () => null,
} as const;

const nameOf = ({ parts }: Node) => parts.options.nodename;

const activeInfo = (node: Node, { message, notes, startedMs }: ActiveTask, isSafe: boolean) =>
  taskInfo({
    message,
    nodename: nameOf(node),
    startedMs,
    isAcknowledged: notes.tag === undefined,
    pid: process.pid,
    isSafe,
  });

const attributeOf = (item: string, name: string, rate: string | null) => {
  if (item === 'rate_limit') return rate;
  return item === 'name' ? name : null;
};

const statsOf = (node: Node) => {
  const { parts, host, census, clock, consumer } = node;
  const { broker } = parts.options;
  const concurrency = host.worker?.concurrency ?? 0;
  const { user, system } = process.cpuUsage();
  const range = host.worker?.autoscaling.range() ?? null;
  return workerStats({
    total: census.totals,
    pid: process.pid,
    clock: clock.value,
    uptime: Math.floor((Date.now() - node.startedMs) / 1_000),
    concurrency,
    processes: Array.from({ length: concurrency }, () => process.pid),
    broker: {
      hostname: broker.redis.host ?? broker.redis.path ?? '',
      port: broker.redis.port ?? 0,
      virtualHost: String(broker.db),
      ssl: broker.redis.tls !== undefined,
    },
    prefetchCount: consumer.limit(),
    ...(range === null
      ? {}
      : {
          autoscaler: {
            max: range.max,
            min: range.min,
            current: concurrency,
            queued: consumer.ready().length,
          },
        }),
    resources: {
      utime: user / 1e6,
      stime: system / 1e6,
      maxrss: Math.round(process.resourceUsage().maxRSS),
    },
  });
};

/** Addresses are shown without their passwords. */
const settingsOf = ({ parts: { options }, consumer, host }: Node) => ({
  accept_content: [...options.accept],
  broker_url: options.broker.shown,
  enable_utc: true,
  result_backend: options.backend.shown,
  result_expires: options.resultExpires,
  result_extended: options.resultExtended,
  task_acks_late: options.acksLate,
  task_default_queue: consumer.queues()[0] ?? 'celery',
  task_ignore_result: options.ignoreResult,
  task_track_started: options.trackStarted,
  timezone: options.timezone,
  worker_concurrency: host.worker?.concurrency ?? 0,
  worker_prefetch_multiplier: options.prefetchMultiplier,
  worker_send_task_events: options.taskEvents,
});

const reportOf = (node: Node): string =>
  [
    '',
    `software -> taskyard (speaks celery:${SPOKEN_VERSION}) node:${process.versions.node}`,
    `platform -> system:${process.platform} arch:${process.arch}`,
    `transport:redis results:${node.parts.options.backend.shown}`,
    '',
    ...Object.entries(settingsOf(node)).map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
    '',
  ].join('\n');
