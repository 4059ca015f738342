import type { Worker } from '@shared/queue';
import type { PickleValue } from '../../pickle/index.ts';
import { listOrNull } from '../message/fields.ts';
import { controlAnswer } from '../pidbox/answers.ts';
import { readRateLimit } from '../pidbox/rate-limit.ts';
import { type Arguments, isTruthy, numberOf, textOf, textsOf } from './arguments.ts';
import type { Node } from './node.ts';
import { revoke } from './revoke.ts';
import { revokeStamped } from './revoke-stamped.ts';

/** Commands that change something. What they cannot do without is checked before. */
export const COMMANDS = {
  revoke: (node: Node, given: Arguments) =>
    revoke(node, textsOf(given, 'task_id'), {
      terminate: isTruthy(given.get('terminate')),
      signal: given.get('signal'),
    }),
  terminate: (node: Node, given: Arguments) =>
    revoke(node, textsOf(given, 'task_id'), { terminate: true, signal: given.get('signal') }),
  revoke_by_stamped_headers: (node: Node, given: Arguments) =>
    revokeStamped(node, given.get('headers') ?? null, {
      terminate: isTruthy(given.get('terminate')),
      signal: given.get('signal'),
    }),
  rate_limit: ({ host, limits, consumer }: Node, given: Arguments) => {
    const task = textOf(given, 'task_name') ?? '';
    const rate = readRateLimit(given.get('rate_limit') ?? null);
    if (!rate.ok) return rate.answer;
    if (host.tasks.named(task) === undefined) return controlAnswer.unknownTask();
    limits.setRate(task, rate);
    consumer.look();
    return isTruthy(given.get('rate_limit'))
      ? controlAnswer.rateLimitSet()
      : controlAnswer.rateLimitOff();
  },
  time_limit: ({ host, limits }: Node, given: Arguments) => {
    const task = textOf(given, 'task_name') ?? '';
    if (host.tasks.named(task) === undefined) return controlAnswer.unknownTask();
    limits.setTime(task, {
      soft: numberOf(given, 'soft') ?? null,
      hard: numberOf(given, 'hard') ?? null,
    });
    return controlAnswer.timeLimitsSet();
  },
  pool_grow: (node: Node, given: Arguments) => grow(node, countOf(given)),
  pool_shrink: (node: Node, given: Arguments) => shrink(node, countOf(given)),
  autoscale: ({ host: { worker } }: Node, given: Arguments) => {
    const range = worker?.autoscaling.range() ?? null;
    if (worker === null || range === null) return controlAnswer.autoscaleOff();
    const max = Math.max(numberOf(given, 'max') ?? range.max, 1);
    const min = Math.max(numberOf(given, 'min') ?? Math.min(range.min, max), 1);
    worker.autoscaling.set({ max: Math.max(max, min), min });
    return controlAnswer.autoscale(Math.max(max, min), min);
  },
  pool_restart: () => controlAnswer.poolRestartOff(),
  add_consumer: ({ consumer }: Node, given: Arguments) => {
    const queue = textOf(given, 'queue') ?? '';
    const exchange = textOf(given, 'exchange') ?? queue;
    const exchangeType = textOf(given, 'exchange_type') ?? 'direct';
    consumer.add({
      queue,
      exchange,
      exchangeType,
      routingKey: textOf(given, 'routing_key') ?? queue,
    });
    return controlAnswer.consumerAdded(queue);
  },
  cancel_consumer: ({ consumer }: Node, given: Arguments) => {
    const queue = textOf(given, 'queue') ?? '';
    consumer.remove(queue);
    return controlAnswer.consumerCancelled(queue);
  },
  enable_events: ({ events }: Node) => {
    const wereOn = events.tasks;
    events.tasks = true;
    return controlAnswer.eventsEnabled(wereOn);
  },
  disable_events: ({ events }: Node) => {
    const wereOff = !events.tasks;
    events.tasks = false;
    return controlAnswer.eventsDisabled(wereOff);
  },
  heartbeat: ({ events }: Node) => {
    events.heartbeat(true);
    return null;
  },
  hello: (node: Node, given: Arguments) => {
    const { revocations, clock, parts } = node;
    if (textOf(given, 'from_node') === parts.options.nodename) return null;
    void revocations.add(idsOf(given.get('revoked'))).catch(() => undefined);
    return { revoked: revocations.ids(), clock: clock.forward() };
  },
  election: () => null,
  shutdown: ({ parts }: Node) => {
    parts.log.info('shut down by remote control');
    // As the platform stops a process: what runs may finish, what is held goes back, and the code is 0.
    process.kill(process.pid, 'SIGTERM');
    return undefined;
  },
} as const;

const countOf = (given: Arguments) => Math.trunc(numberOf(given, 'n') ?? 1);

const grow = ({ host: { worker }, consumer }: Node, by: number) => {
  if (isAutoscaling(worker)) return controlAnswer.poolGrowWithAutoscale();
  if (worker !== null && by > 0) worker.resize(worker.concurrency + by);
  consumer.look();
  return controlAnswer.poolGrow();
};

/** Slots that are in use are not taken away, and the last one never is. */
const shrink = ({ host: { worker } }: Node, by: number) => {
  if (isAutoscaling(worker)) return controlAnswer.poolShrinkWithAutoscale();
  if (worker === null || by <= 0) return controlAnswer.poolShrink();
  const { concurrency } = worker;
  const spare = Math.max(Math.min(concurrency - worker.current().length, concurrency - 1), 0);
  worker.resize(concurrency - Math.min(by, spare));
  return by > spare ? controlAnswer.poolBusy() : controlAnswer.poolShrink();
};

const isAutoscaling = (worker: Worker | null) =>
  worker !== null && worker.autoscaling.range() !== null;

/** Workers tell each other ids as the keys of a dict, or as a list. */
const idsOf = (value: PickleValue | undefined): string[] => {
  const ids = value instanceof Map ? [...value.keys()] : (listOrNull(value) ?? []);
  return ids.filter((id) => typeof id === 'string');
};
