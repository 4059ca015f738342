import { requeuedTag } from '../ends/requeue.ts';
import { isFixedId } from '../outcome/fixed-ids.ts';
import type { TaskMessage } from '../message/task-message.ts';

/**
 * Whether a message is another copy of what a task sent: the body of a chord or the next step of a chain,
 * whose id is fixed. A worker that dies between sending and acknowledging has it sent twice, and Python's
 * workers run it twice. What was tried again or put back is to run again.
 *
 * @param before the message that was taken under this id.
 * @param source what that was called.
 */
export const isSentTwice = (now: TaskMessage, before: TaskMessage, source: string): boolean =>
  now.parentId !== null &&
  now.parentId !== now.id &&
  now.parentId === before.parentId &&
  now.rootId === before.rootId &&
  now.retries === before.retries &&
  now.eta?.text === before.eta?.text &&
  now.envelope.body === before.envelope.body &&
  now.deliveryTag !== requeuedTag(now.id, source) &&
  // Ours send once: two of ours are of two runs, as when a chord that was frozen is sent again.
  !(isFixedId(now.deliveryTag) && isFixedId(before.deliveryTag));
