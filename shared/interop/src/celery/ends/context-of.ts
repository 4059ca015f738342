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
  dialect: '5.7',
  origin: `gen${process.pid}@${options.nodename.split('@')[1] ?? ''}`,
  replyTo: processId,
  nodename: options.nodename,
  ignoreResult: options.ignoreResult,
  ignoreResultOf: (task) => served()?.named(task)?.python?.ignoreResult,
  extended: options.resultExtended,
  defaultQueue: options.defaultQueue,
  optionsOf: (task) => ownOptions(task, options.queues, served()),
});

/** A task that this process has is sent where it takes from, like one of the platform's own. */
const ownOptions = (
  name: string,
  queues: readonly string[],
  tasks: PythonTasks | undefined,
): Options | undefined => {
  const task = tasks?.named(name);
  if (task === undefined) return undefined;
  const options: Options = new Map();
  const queue = queues.includes(task.queue) ? task.queue : queues[0];
  if (queue !== undefined) options.set('queue', queue);
  if (task.python?.ignoreResult === true) options.set('ignore_result', true);
  return options;
};
