import {
  headerOf,
  idOf,
  kindOfSignature,
  tasksOf,
  type Signature,
} from '../../src/celery/index.ts';
import type { PickleValue } from '../../src/pickle/index.ts';
import type { Pushed, RecordedCount, StoredMeta } from './recording.ts';

/** The message that a stored result is of: of several with one id, by their order. */
export const messageOf = (
  stored: StoredMeta,
  pushed: Pushed[],
  metas: StoredMeta[],
): Pushed | undefined => {
  const messages = pushed.filter(({ message }) => message?.id === stored.id);
  const before = metas.filter(
    ({ id, at, meta }) => id === stored.id && at < stored.at && meta.get('status') === 'RETRY',
  ).length;
  const isReplaced = messages.length > 1 && messages.every(({ message }) => message?.retries === 0);
  return isReplaced && stored.by === 'worker' && !isDuplicate(messages)
    ? messages.at(-1)
    : messages[before];
};

/** Sent twice by the client, not replaced by a worker. */
const isDuplicate = (messages: Pushed[]) => messages.every(({ by }) => by === 'client');

/** Whose outcome sent a message: its parent, or the member that completed the chord it is the body of. */
export const senderOf = (
  push: Pushed,
  pushed: Pushed[],
  counts: RecordedCount[],
): Pushed | undefined => {
  const { message } = push;
  if (message === null) return undefined;
  const before = pushed.filter(({ at }) => at < push.at);
  const completed = counts
    .filter(
      ({ at, groupId }) => at < push.at && before.some((from) => isBodyOf(push, from, groupId)),
    )
    .at(-1);
  if (completed !== undefined) {
    const [, id] = completed.member as PickleValue[];
    return before.find((from) => from.message?.id === id);
  }
  return before.findLast((from) =>
    from.message?.id === message.id
      ? message.retries === from.message.retries + 1
      : message.parentId === from.message?.id,
  );
};

/** Whether a push is the body, or an errback of the body, of that chord. */
const isBodyOf = ({ message }: Pushed, from: Pushed, groupId: string) => {
  const chord = from.message?.chord ?? null;
  if (message === null || chord === null || from.message?.group !== groupId) return false;
  const ids = bodyIds(chord);
  return (
    ids.includes(message.id) || (message.parentId !== null && idOf(chord) === message.parentId)
  );
};

const bodyIds = (signature: Signature): (string | undefined)[] => {
  const kind = kindOfSignature(signature);
  if (kind === 'chain') return tasksOf(signature).slice(0, 1).flatMap(bodyIds);
  if (kind === 'group') return tasksOf(signature).flatMap(bodyIds);
  return kind === 'chord' ? headerOf(signature).flatMap(bodyIds) : [idOf(signature)];
};
