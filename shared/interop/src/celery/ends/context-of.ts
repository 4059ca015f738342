import type { OutcomeContext } from '../outcome/context.ts';
import type { SideParts } from '../side/parts.ts';

/** How this process writes what became of a task, at this moment. */
export const contextOf = ({
  options,
  processId,
}: Pick<SideParts, 'options' | 'processId'>): OutcomeContext => ({
  nowMs: Date.now(),
  origin: `gen${process.pid}@${options.nodename.split('@')[1] ?? ''}`,
  replyTo: processId,
  nodename: options.nodename,
  ignoreResult: options.ignoreResult,
  extended: options.resultExtended,
});
