import { py, type PickleValue } from '../../pickle/index.ts';
import { listOrNull } from '../message/fields.ts';
import type { TaskMessage } from '../message/task-message.ts';
import { controlAnswer } from '../pidbox/answers.ts';
import { failedReply } from '../pidbox/reply.ts';
import type { Node } from './node.ts';
import { stampValues } from './revocations.ts';
import { type How, stop } from './revoke.ts';
import { signalOf } from './signals.ts';

type Stamps = Map<string, PickleValue>;

/** Tasks that carry any of these stamps with any of these values do not run. */
export const revokeStamped = (node: Node, given: PickleValue, { terminate, signal }: How) => {
  const named = signalOf(signal);
  if ('raised' in named) return failedReply(named.raised);
  const stamps = readStamps(given);
  if (!(stamps instanceof Map)) return stamps;
  const values = new Map([...stamps].map(([name, value]) => [name, stampValues(value)] as const));
  void node.revocations
    .addStamps(values)
    .catch((error: unknown) => node.parts.log.warn({ error }, 'celery stamps could not be kept'));
  if (!terminate) return controlAnswer.headersRevoked(stamps);
  const found = new Map<string, PickleValue[]>();
  for (const task of node.census.active()) {
    const met = metStamps(task.message, values);
    for (const [stamp, those] of met) found.set(stamp, [...(found.get(stamp) ?? []), ...those]);
    if (met.length > 0) stop(node, task, named.name);
  }
  if (found.size === 0) return controlAnswer.headersNotTerminated(stamps);
  return controlAnswer.headersTerminated(
    new Map([...found].map(([stamp, those]) => [stamp, py.set([...new Set(those)])])),
  );
};

const metStamps = (
  { stamps, stampedHeaders }: TaskMessage,
  revoked: ReadonlyMap<string, readonly PickleValue[]>,
) =>
  (stampedHeaders ?? []).flatMap((name) => {
    const wanted = revoked.get(name) ?? [];
    const met = stampValues(stamps?.get(name)).filter((value) => wanted.includes(value));
    return met.length === 0 ? [] : [[name, met] as const];
  });

/** A dict of one value or several for each name, or a list of `name=value`. */
const readStamps = (given: PickleValue): Stamps | { error: string } => {
  if (given instanceof Map) return given;
  const stamps = new Map<string, PickleValue>();
  for (const item of listOrNull(given) ?? []) {
    const [name = '', value] = typeof item === 'string' ? item.split('=') : [];
    if (value === undefined) {
      return failedReply({
        type: 'IndexError',
        module: 'builtins',
        args: ['list index out of range'],
      });
    }
    stamps.set(name, value);
  }
  return stamps;
};
