import { InvalidOptionError } from '@shared/errors';
import type { Implementation } from '@shared/queue';

/**
 * The queues that were asked for, with every handler: other protocols send any task by any queue.
 */
export const chooseQueues = (
  all: readonly Implementation[],
  lists: readonly string[] | undefined,
): { queues: string[]; handlers: Implementation[]; ignored: Implementation[] } => {
  const own = [...new Set(all.map(({ task }) => task.queue))];
  return { queues: lists === undefined ? own : readQueues(lists), handlers: [...all], ignored: [] };
};

/**
 * The handlers for the queues that were asked for, as `-Q a,b -Q c` gives them.
 *
 * @param lists all queues of the handlers unless told.
 * @throws {InvalidOptionError} a listed queue has no handler.
 */
export const chooseHandlers = (
  all: readonly Implementation[],
  lists: readonly string[] | undefined,
): { queues: string[]; handlers: Implementation[]; ignored: Implementation[] } => {
  const served = [...new Set(all.map(({ task }) => task.queue))];
  const queues = lists === undefined ? served : readQueues(lists);
  for (const queue of queues) {
    if (served.includes(queue)) continue;
    throw new InvalidOptionError(
      'queues',
      `no included handler serves "${queue}"; there are handlers for ${served.join(', ')}`,
      'Include a module with a handler for it, or leave it out.',
    );
  }
  return {
    queues,
    handlers: all.filter(({ task }) => queues.includes(task.queue)),
    ignored: all.filter(({ task }) => !queues.includes(task.queue)),
  };
};

const readQueues = (lists: readonly string[]) =>
  lists.flatMap((list) => list.split(',').map((name) => name.trim())).filter((name) => name !== '');
