import { constants } from 'node:os';
import { isFinal } from '@shared/contracts';
import { PlatformError } from '@shared/errors';
import type { PickleValue } from '../../pickle/index.ts';
import { contextOf } from '../ends/context-of.ts';
import { listOrNull } from '../message/fields.ts';
import type { TaskMessage } from '../message/task-message.ts';
import { revokedByCommand } from '../outcome/plan-failure.ts';
import { controlAnswer } from '../pidbox/answers.ts';
import { failedReply } from '../pidbox/reply.ts';
import { jobIdOf } from '../take/job-id.ts';
import type { ActiveTask } from './census.ts';
import type { Node } from './node.ts';
import { stampValues } from './revocations.ts';

type How = { terminate: boolean; signal: string };

/** A handler that ignores being terminated is not waited for: a process would be gone. */
const GRACE_MS = 100;

const KNOWN_SIGNALS = new Set(Object.keys(constants.signals));

/** What Python's `getattr(signal, name)` takes: a name with or without SIG, or a number. */
const signalName = (signal: string): string | undefined => {
  const name = signal.toUpperCase();
  return [name, `SIG${name}`].find((known) => KNOWN_SIGNALS.has(known));
};

export const revoke = (node: Node, ids: readonly string[], { terminate, signal }: How) => {
  const name = signalName(signal);
  const active = terminate && name !== undefined ? node.census.active() : [];
  const ended = active.filter(({ message }) => ids.includes(message.id));
  const endedIds = ended.map(({ message }) => message.id);
  void keep(node, ids, endedIds);
  if (!terminate) return controlAnswer.revoked(ids);
  if (name === undefined) return unknownSignal(signal);
  for (const task of ended) stop(node, task, name);
  return controlAnswer.terminated(endedIds);
};

const unknownSignal = (signal: string) =>
  failedReply({ type: 'LookupError', module: 'builtins', args: [signal] });

/**
 * Every worker remembers it and says so in the result store, whether or not it has the task; but for those
 * that it ends itself, of which more is to be said.
 */
const keep = async (node: Node, ids: readonly string[], ended: readonly string[]) => {
  const { parts, revocations, host } = node;
  try {
    await revocations.add(ids);
    const context = contextOf(parts);
    const others = ids.filter((id) => !ended.includes(id));
    const effects = others.map((id) => revokedByCommand(id, context));
    await parts.write(`revoke:${others.join()}:${context.nowMs}`, effects);
    for (const id of others) await cancelWaiting(host, id);
  } catch (error) {
    parts.log.warn({ error }, 'celery revocation could not be kept');
  }
};

/** One that the platform has already and has not begun. */
const cancelWaiting = async ({ producer }: Node['host'], id: string) => {
  try {
    const job = await producer.jobById(jobIdOf(id));
    const { status, origin } = await job.record();
    if (origin !== 'celery' || isFinal(status) || status === 'in_progress') return;
    await job.cancel('revoked');
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error; // Most are not there, which is well.
  }
};

const stop = ({ census, host }: Node, { attempt }: ActiveTask, signal: string) => {
  census.terminated.set(attempt.jobId, signal);
  host.worker?.cancel(attempt.jobId, 'terminated', GRACE_MS);
};

export const revokeStamped = (node: Node, headers: PickleValue, { terminate, signal }: How) => {
  const stamps = readStamps(headers);
  if (stamps.size === 0) {
    return failedReply({
      type: 'TypeError',
      module: 'builtins',
      args: ['headers must be a dict or a list of name=value'],
    });
  }
  void node.revocations
    .addStamps(stamps)
    .catch((error: unknown) => node.parts.log.warn({ error }, 'celery stamps could not be kept'));
  if (!terminate) return controlAnswer.headersRevoked(headers);
  const name = signalName(signal);
  if (name === undefined) return unknownSignal(signal);
  const found = new Map<string, PickleValue[]>();
  for (const task of node.census.active()) {
    const met = metStamps(task.message, stamps);
    for (const [stamp, values] of met) found.set(stamp, [...(found.get(stamp) ?? []), ...values]);
    if (met.length > 0) stop(node, task, name);
  }
  return found.size === 0
    ? controlAnswer.headersNotTerminated(headers)
    : controlAnswer.headersTerminated(found);
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
const readStamps = (headers: PickleValue): Map<string, PickleValue[]> => {
  if (headers instanceof Map) {
    return new Map([...headers].map(([name, value]) => [name, stampValues(value)] as const));
  }
  const stamps = new Map<string, PickleValue[]>();
  for (const item of listOrNull(headers) ?? []) {
    const [, name, value = ''] =
      typeof item === 'string' ? (/^([^=]+)=(.*)$/.exec(item) ?? []) : [];
    if (name !== undefined) stamps.set(name, [...(stamps.get(name) ?? []), ...value.split(',')]);
  }
  return stamps;
};
