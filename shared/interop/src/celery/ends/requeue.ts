import { redelivered, withDeliveryTag } from '../message/envelope.ts';
import type { TaskMessage } from '../message/task-message.ts';
import { createFixedIds } from '../outcome/fixed-ids.ts';
import type { Effect } from '../outcome/effects.ts';
import type { Notes } from '../side/notes.ts';

/**
 * Puts a message behind all others of its queue, under a name of its own: it is to run again, not to be
 * taken for what has run.
 */
export const requeue = (
  { id, priority, envelope }: TaskMessage,
  { from, source }: Pick<Notes, 'from' | 'source'>,
): Effect => ({
  kind: 'publish',
  publication: {
    id,
    queue: from,
    exchange: '',
    routingKey: from,
    priority,
    envelope: withDeliveryTag(redelivered(envelope), requeuedTag(id, source)),
    sentEvent: new Map(),
  },
});

/** What a message is called that goes back to its queue, by what it was called before. */
export const requeuedTag = (id: string, source: string): string =>
  createFixedIds(`${id} ${source} again`)();
