import { failedReply, missingArguments } from '../pidbox/reply.ts';
import type { Arguments } from './arguments.ts';

/** The arguments that a command cannot do without, in Celery's order. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  add_consumer: ['queue'],
  cancel_consumer: ['queue'],
  election: ['id', 'topic'],
  hello: ['from_node'],
  query_task: ['ids'],
  rate_limit: ['task_name', 'rate_limit'],
  revoke: ['task_id'],
  revoke_by_stamped_headers: ['headers'],
  terminate: ['signal', 'task_id'],
};

/** Those that take no others than these; most ignore what they do not know. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  active_queues: [],
  autoscale: ['max', 'min'],
  disable_events: [],
  enable_events: [],
  heartbeat: [],
  report: [],
};

/** What Python answers to a call that does not fit the command; undefined for one that does. */
export const answerMisfit = (method: string, given: Arguments): { error: string } | undefined => {
  const unknown = [...given.keys()].find((name) => ONLY[method]?.includes(name) === false);
  if (unknown !== undefined) {
    const text = `${method}() got an unexpected keyword argument '${unknown}'`;
    return failedReply({ type: 'TypeError', module: 'builtins', args: [text] });
  }
  const missing = (REQUIRED[method] ?? []).filter((name) => !given.has(name));
  return missing.length === 0 ? undefined : missingArguments(method, missing);
};
