import type { PickleValue } from '../../pickle/index.ts';
import { listOrNull } from '../message/fields.ts';
import { controlAnswer, readRateLimit } from '../pidbox/answers.ts';
import { missingArguments } from '../pidbox/reply.ts';
import { type Arguments, numberOf, textOf, textsOf } from './arguments.ts';
import type { Node } from './node.ts';
import { revoke, revokeStamped } from './revoke.ts';

/** Commands that change something. */
export const COMMANDS = {
  revoke: (node: Node, given: Arguments) => {
    const ids = textsOf(given, 'task_id');
    if (ids.length === 0) return missingArguments('revoke', ['task_id']);
    return revoke(node, ids, {
      terminate: given.get('terminate') === true,
      signal: signalOf(given),
    });
  },
  terminate: (node: Node, given: Arguments) =>
    revoke(node, textsOf(given, 'task_id'), { terminate: true, signal: signalOf(given) }),
  revoke_by_stamped_headers: (node: Node, given: Arguments) =>
    revokeStamped(node, given.get('headers') ?? null, {
      terminate: given.get('terminate') === true,
      signal: signalOf(given),
    }),
  rate_limit: ({ host, limits, consumer }: Node, given: Arguments) => {
    const task = textOf(given, 'task_name') ?? '';
    const rate = readRateLimit(given.get('rate_limit'));
    if (!rate.ok) return rate.answer;
    if (host.tasks.named(task) === undefined) return controlAnswer.unknownTask();
    limits.setRate(task, rate.perSecond);
    consumer.look();
    return rate.perSecond === null ? controlAnswer.rateLimitOff() : controlAnswer.rateLimitSet();
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
  pool_grow: (node: Node, given: Arguments) => resize(node, numberOf(given, 'n') ?? 1),
  pool_shrink: (node: Node, given: Arguments) => resize(node, -(numberOf(given, 'n') ?? 1)),
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
    const queue = textOf(given, 'queue');
    if (queue === undefined) return missingArguments('add_consumer', ['queue']);
    const exchange = textOf(given, 'exchange') ?? queue;
    consumer.add(queue, { exchange, routingKey: textOf(given, 'routing_key') ?? queue });
    return controlAnswer.consumerAdded(queue);
  },
  cancel_consumer: ({ consumer }: Node, given: Arguments) => {
    const queue = textOf(given, 'queue');
    if (queue === undefined) return missingArguments('cancel_consumer', ['queue']);
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
    const theirs = given.get('revoked');
    const answer = { revoked: revocations.exchanged(), clock: clock.forward() };
    void revocations.add(idsOf(theirs)).catch(() => undefined);
    return answer;
  },
  election: () => null,
  shutdown: ({ parts }: Node) => {
    parts.log.info('shut down by remote control');
    // As the platform stops a process: what runs may finish, what is held goes back, and the code is 0.
    process.kill(process.pid, 'SIGTERM');
    return undefined;
  },
} as const;

const signalOf = (given: Arguments) => textOf(given, 'signal') ?? 'SIGTERM';

const resize = ({ host: { worker }, consumer }: Node, by: number) => {
  if (worker !== null && worker.autoscaling.range() !== null) {
    return by > 0 ? controlAnswer.poolGrowWithAutoscale() : controlAnswer.poolShrinkWithAutoscale();
  }
  worker?.resize(Math.max(worker.concurrency + Math.trunc(by), 1));
  consumer.look();
  return by > 0 ? controlAnswer.poolGrow() : controlAnswer.poolShrink();
};

/** Workers tell each other ids as the keys of a dict, or as a list. */
const idsOf = (value: PickleValue | undefined): string[] => {
  const ids = value instanceof Map ? [...value.keys()] : (listOrNull(value) ?? []);
  return ids.filter((id) => typeof id === 'string');
};
