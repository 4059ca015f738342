import type { PickleValue } from '../../pickle/index.ts';
import { floatValue } from '../../pickle/values/numbers.ts';
import type { Node } from './node.ts';

/** Attributes of a task class that `registered` can be asked for, as our tasks have them; null is None. */
export const taskAttribute = (node: Node, task: string, name: string): PickleValue => {
  const { host, limits, parts } = node;
  const time = limits.timeOf(task);
  switch (name) {
    case 'name':
      return task;
    case 'rate_limit':
      return limits.rateOf(task);
    case 'soft_time_limit':
      return inSeconds(time.soft);
    case 'time_limit':
      return inSeconds(time.hard);
    case 'acks_late':
      return host.tasks.named(task)?.python?.acksLate ?? parts.options.acksLate;
    case 'acks_on_failure_or_timeout':
      return parts.options.acksOnFailureOrTimeout;
    case 'reject_on_worker_lost':
      return parts.options.rejectOnWorkerLost;
    case 'ignore_result':
      return parts.options.ignoreResult;
    case 'track_started':
      return parts.options.trackStarted;
    default:
      return SAME_FOR_ALL[name] ?? null;
  }
};

const inSeconds = (seconds: number | null) => (seconds === null ? null : floatValue(seconds));

const SAME_FOR_ALL: Readonly<Record<string, PickleValue>> = {
  abstract: false,
  default_retry_delay: 180,
  max_retries: 3,
  send_events: true,
  serializer: 'json',
  store_eager_result: false,
  store_errors_even_if_ignored: false,
  trail: true,
  typing: true,
};
