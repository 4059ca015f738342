import type { QueueJobJson } from '@bull-board/api/typings/app';
import { type AnyTask, catalogue, redactPayload, redactResult } from '@shared/contracts';
import { parseEnvelope } from '@shared/queue';
import { createScrubber, secretsOf } from './scrub.ts';

/** What stands for a payload or result of which nobody here knows what is secret in it. */
const hidden = (task: string) => ({ hidden: `no contract of "${task}" is known to the dashboard` });

/**
 * A stored job for people's eyes: its payload instead of the envelope, secret fields replaced, and their
 * values struck out wherever else they stand, as in an error's message.
 */
export const redactJob = (
  job: QueueJobJson,
  tasks: readonly AnyTask[] = catalogue,
): QueueJobJson => {
  const { data, returnvalue, scrub } = redaction(job, tasks);
  const { progress, failedReason, stacktrace, deferredFailure } = job;
  return {
    ...job,
    ...inPlatformTerms(job),
    data,
    returnvalue,
    progress: scrub(percent(progress)),
    failedReason: scrub(failedReason),
    stacktrace: scrub(stacktrace),
    opts: scrub(optionsOf(job)),
    ...(deferredFailure === undefined ? {} : { deferredFailure: scrub(deferredFailure) }),
  };
};

/** Lines that a job has logged, without its secrets. */
export const redactLogs = (
  job: QueueJobJson,
  logs: string[],
  tasks: readonly AnyTask[] = catalogue,
): string[] => redaction(job, tasks).scrub(logs);

/** Bull Board shows the engine's priority, which is one more than the platform's. */
const inPlatformTerms = ({ priority }: QueueJobJson) =>
  priority === undefined ? {} : { priority: Math.max(priority - 1, 0) };

/** Bull Board takes a delay that the options do not name for one that was changed later on. */
const optionsOf = ({ opts, delay, attemptsMade }: QueueJobJson): object => ({
  ...opts,
  ...(delay !== undefined && delay > 0 && attemptsMade === 0 ? { delay } : {}),
});

/** The platform stores `{ fraction, message }`; Bull Board draws a number as a circle. */
export const percent = (progress: QueueJobJson['progress']): QueueJobJson['progress'] =>
  typeof progress === 'object' && 'fraction' in progress && typeof progress.fraction === 'number'
    ? Math.round(progress.fraction * 100)
    : progress;

const redaction = ({ name, data, returnvalue }: QueueJobJson, tasks: readonly AnyTask[]) => {
  const task = tasks.find((candidate) => candidate.name === name);
  const envelope = parseEnvelope(data);
  const payload: unknown = envelope === undefined ? data : envelope.payload;
  const shownPayload =
    task === undefined || envelope === undefined ? hidden(name) : redactPayload(task, payload);
  const shownResult = task === undefined ? hidden(name) : redactResult(task, returnvalue);
  const secrets = [...secretsOf(payload, shownPayload), ...secretsOf(returnvalue, shownResult)];
  const scrub = createScrubber(secrets);
  const ended = returnvalue !== null && returnvalue !== undefined;
  return {
    data: scrub(shownPayload),
    returnvalue: ended ? scrub(shownResult) : returnvalue,
    scrub,
  };
};
