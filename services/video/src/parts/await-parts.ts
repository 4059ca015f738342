import { isFinal, type JobRecord } from '@shared/contracts';
import type { Attempt } from '@shared/queue';
import { PartFailedError } from '../errors/part-failed-error.ts';
import type { Part } from './start-part.ts';

/** While parts wait for their turn or run, each within its own time, the wait for them goes on. */
const RENEW_MS = 60_000;

/** The share of the progress that comes before the parts, and that is over with them. */
const SPAN = { from: 0.02, to: 0.98 };

/**
 * Waits for all parts and tells how far they are together.
 *
 * @returns their results, in their order.
 * @throws {PartFailedError} one of them failed for good; the others go on.
 */
export const awaitParts = async (
  parts: readonly Part[],
  attempt: Pick<Attempt, 'signal' | 'progress' | 'extendTimeout'>,
  { timeoutMs }: { timeoutMs: number },
): Promise<unknown[]> => {
  const stop = new AbortController();
  const signal = AbortSignal.any([attempt.signal, stop.signal]);
  const done = parts.map(() => 0);
  const renewing = setInterval(() => attempt.extendTimeout(timeoutMs), RENEW_MS);

  const follow = async (part: Part, at: number) => {
    for await (const record of part.job.changes({ signal })) {
      done[at] = record.progress;
      attempt.progress(fractionOf(parts, done), messageOf(parts, done));
      if (record.status === 'complete') return record.result;
      if (isFinal(record.status)) throw failureOf(part, record);
    }
    attempt.signal.throwIfAborted();
    throw stop.signal.reason;
  };

  try {
    return await Promise.all(parts.map(follow));
  } finally {
    clearInterval(renewing);
    stop.abort(new Error('another part has failed'));
  }
};

const failureOf = ({ name }: Part, { status, error }: JobRecord) =>
  new PartFailedError(name, error ?? { code: status, message: `it ended as ${status}` });

const fractionOf = (parts: readonly Part[], done: readonly number[]) => {
  const whole = parts.reduce((sum, { weight }) => sum + weight, 0);
  const made = parts.reduce((sum, { weight }, at) => sum + weight * (done[at] ?? 0), 0);
  return SPAN.from + (SPAN.to - SPAN.from) * Math.min(1, made / whole);
};

const messageOf = (parts: readonly Part[], done: readonly number[]) =>
  parts.map(({ name }, at) => `${name} ${Math.floor((done[at] ?? 0) * 100)} %`).join(', ');
