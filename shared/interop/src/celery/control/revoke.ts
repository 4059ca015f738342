import { isFinal } from '@shared/contracts';
import { PlatformError } from '@shared/errors';
import type { PickleValue } from '../../pickle/index.ts';
import { contextOf } from '../ends/context-of.ts';
import { revokedByCommand } from '../outcome/plan-failure.ts';
import { controlAnswer } from '../pidbox/answers.ts';
import { failedReply } from '../pidbox/reply.ts';
import { jobIdOf } from '../take/job-id.ts';
import type { ActiveTask } from './census.ts';
import type { Node } from './node.ts';
import { signalOf } from './signals.ts';

/** What to do about those that run. */
export type How = { terminate: boolean; signal: PickleValue | undefined };

/** A handler that ignores being terminated is not waited for: a process would be gone. */
const GRACE_MS = 100;

export const revoke = (node: Node, ids: readonly string[], { terminate, signal }: How) => {
  const active = node.census.active().filter(({ message }) => ids.includes(message.id));
  const begun = new Set(active.map(({ message }) => message.id));
  void keep(node, ids, begun);
  if (!terminate) return controlAnswer.revoked(ids);
  const named = signalOf(signal);
  if ('raised' in named) return failedReply(named.raised);
  for (const task of active) stop(node, task, named.name);
  const held = [...node.consumer.ready(), ...node.consumer.scheduled()].map(
    ({ message }) => message.id,
  );
  const here = new Set([...begun, ...held.filter((id) => ids.includes(id))]);
  return controlAnswer.terminated([...here]);
};

/**
 * Every worker remembers it and says so in the result store, whether or not it has the task; but for those
 * that run here, of which more is to be said.
 */
const keep = async (node: Node, ids: readonly string[], begun: ReadonlySet<string>) => {
  const { parts, revocations, host } = node;
  try {
    await revocations.add(ids);
    const context = contextOf(parts);
    const others = ids.filter((id) => !begun.has(id));
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

/** Ends a task that runs here. */
export const stop = ({ census, host }: Node, { attempt }: ActiveTask, signal: NodeJS.Signals) => {
  census.terminated.set(attempt.jobId, signal);
  host.worker?.cancel(attempt.jobId, 'terminated', GRACE_MS);
};
