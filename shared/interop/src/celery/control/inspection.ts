import {
  queueInfo,
  registeredInfo,
  REGISTERED_ATTRIBUTES,
  scheduledInfo,
  taskInfo,
  workerStats,
} from '../pidbox/facts.ts';
import { controlAnswer } from '../pidbox/answers.ts';
import { failedReply } from '../pidbox/reply.ts';
import { BUILTIN_NAMES } from '../handler/builtin-names.ts';
import type { Held } from '../take/held.ts';
import { type Arguments, isTruthy, numberOf, textsOf } from './arguments.ts';
import type { ActiveTask } from './census.ts';
import type { Node } from './node.ts';
import { reportOf } from './report.ts';
import { settingsOf } from './settings.ts';
import { taskAttribute } from './task-attributes.ts';

/** Commands that only look. */
export const INSPECTION = {
  ping: () => controlAnswer.pong(),
  clock: ({ clock }: Node) => controlAnswer.clock(clock.value),
  active: (node: Node, given: Arguments) =>
    node.census.active().map((task) => activeInfo(node, task, isTruthy(given.get('safe')))),
  reserved: (node: Node) => reservedOf(node).map((held) => heldInfo(node, held)),
  scheduled: (node: Node) =>
    node.consumer
      .scheduled()
      .map(({ message }) =>
        scheduledInfo({ message, nodename: nameOf(node), etaMs: message.eta?.epochMs ?? 0 }),
      ),
  revoked: ({ revocations }: Node) => revocations.ids(),
  registered: (node: Node, given: Arguments) => {
    const asked = textsOf(given, 'taskinfoitems').filter((item) => !item.startsWith('_'));
    const items = asked.length === 0 ? REGISTERED_ATTRIBUTES : asked;
    const own = node.host.tasks.names().filter((name) => !name.startsWith('celery.'));
    const names = isTruthy(given.get('builtins')) ? [...own, ...BUILTIN_NAMES].sort() : own;
    return names.map((name) =>
      registeredInfo(
        name,
        new Map(items.map((item) => [item, taskAttribute(node, name, item)] as const)),
      ),
    );
  },
  stats: (node: Node) => statsOf(node),
  active_queues: ({ consumer }: Node) => consumer.queues().map(queueInfo),
  query_task: (node: Node, given: Arguments) => {
    const states = new Map<string, readonly [state: string, info: object]>();
    for (const held of node.consumer.scheduled())
      states.set(held.message.id, ['scheduled', heldInfo(node, held)]);
    for (const held of reservedOf(node))
      states.set(held.message.id, ['reserved', heldInfo(node, held)]);
    for (const task of node.census.active())
      states.set(task.message.id, ['active', activeInfo(node, task, false)]);
    const ids = textsOf(given, 'ids').filter((id) => states.has(id));
    return Object.fromEntries(ids.map((id) => [id, states.get(id)]));
  },
  conf: ({ parts }: Node, given: Arguments) =>
    settingsOf(parts.options, { withDefaults: isTruthy(given.get('with_defaults')) }),
  report: ({ parts }: Node) => controlAnswer.report(reportOf(parts.options)),
  memsample: ({ memory }: Node) => memory.sample(),
  memdump: ({ memory }: Node, given: Arguments) =>
    memory.dump(Math.max(numberOf(given, 'samples') ?? 10, 1)),
  objgraph: () =>
    failedReply({
      type: 'ImportError',
      module: 'builtins',
      args: ['Requires the objgraph library'],
    }),
} as const;

/** Those that wait for their rate are nowhere in Celery's lists. */
const reservedOf = ({ consumer, limits }: Node) =>
  consumer.ready().filter(({ message }) => !limits.holds(message.task));

const heldInfo = (node: Node, { message }: Held) => taskInfo({ message, nodename: nameOf(node) });

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

const statsOf = (node: Node) => {
  const { parts, host, census, clock, consumer } = node;
  const { broker } = parts.options;
  const concurrency = host.worker?.concurrency ?? 0;
  const range = host.worker?.autoscaling.range() ?? null;
  return workerStats({
    total: census.totals,
    pid: process.pid,
    clock: clock.value,
    uptime: Math.floor((Date.now() - node.startedMs) / 1_000),
    concurrency: node.slotsAtFirst,
    processes: Array.from({ length: concurrency }, () => process.pid),
    written: census.processed(),
    broker: {
      hostname: broker.redis.host ?? broker.redis.path ?? '',
      userid: broker.redis.username ?? null,
      port: broker.redis.port ?? 0,
      virtualHost: String(broker.db),
      ssl: broker.redis.tls !== undefined,
    },
    // One that waits for its time leaves its place to another.
    prefetchCount:
      consumer.prefetch() === 0 ? 0 : consumer.prefetch() + consumer.scheduled().length,
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
    resources: process.resourceUsage(),
  });
};
