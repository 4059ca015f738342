import type { PythonTasks } from '../../tasks/python-tasks.ts';
import type { Options } from '../canvas/signature.ts';
import type { OutcomeContext } from '../outcome/context.ts';
import type { SideParts } from '../side/parts.ts';

/** How this process writes what became of a task, at this moment. */
export const contextOf = ({
  options,
  processId,
  served,
}: Pick<SideParts, 'options' | 'processId' | 'served'>): OutcomeContext => ({
  nowMs: Date.now(),
  origin: `gen${process.pid}@${options.nodename.split('@')[1] ?? ''}`,
  replyTo: processId,
  nodename: options.nodename,
  ignoreResult: options.ignoreResult,
  extended: options.resultExtended,
  defaultQueue: options.defaultQueue,
  optionsOf: (task) => queueOption(task, options.queues, served()),
});

/** A task that this process has is sent where it takes from, like one of the platform's own. */
const queueOption = (
  task: string,
  queues: readonly string[],
  tasks: PythonTasks | undefined,
): Options | undefined => {
  const own = tasks?.named(task)?.queue;
  const [first] = queues;
  if (own === undefined || first === undefined) return undefined;
  return new Map([['queue', queues.includes(own) ? own : first]]);
};
