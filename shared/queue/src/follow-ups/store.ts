import { type AnyTask, type FollowUp, type FollowUps } from '@shared/contracts';
import { InvalidOptionError, PayloadTooLargeError } from '@shared/errors';
import type { NewJob } from '../engine/add-batch.ts';
import { buildJob, type EnqueueOptions } from '../enqueue/options.ts';
import type { Envelope } from '../envelope.ts';
import { checkPayload } from '../flows/check-payload.ts';
import { INLINE_MAX_BYTES } from '../large-values/payload-store.ts';

/** A job that is made once another has ended: all that is known of it before. */
export type StoredFollowUp = Pick<
  NewJob,
  'queue' | 'task' | 'enginePriority' | 'lane' | 'indexedUnder'
> & {
  delayMs: number;
  /** Without `payload` it takes what the job came to. */
  envelope: Partial<Envelope>;
  /** The payload's field that takes what the job came to. */
  input?: string;
};

export type StoredFollowUps = { success?: StoredFollowUp[]; failure?: StoredFollowUp[] };

const MAX_FOLLOW_UPS = 20;

/**
 * What follows a job, as it is stored with it.
 *
 * @param shared what follow-ups have in common with the job, unless they say otherwise.
 * @throws {InvalidPayloadError | InvalidOptionError | PayloadTooLargeError} before anything is written.
 */
export const storeFollowUps = (
  { onSuccess, onFailure }: { [Name in keyof FollowUps]: FollowUps[Name] | undefined },
  { owner, group, origin }: Pick<EnqueueOptions, 'owner' | 'group' | 'origin'>,
): StoredFollowUps | undefined => {
  if (onSuccess === undefined && onFailure === undefined) return undefined;
  const shared = {
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
    ...(origin === undefined ? {} : { origin }),
  };
  const store = (option: keyof FollowUps, given: FollowUps[keyof FollowUps]) => {
    const list = given === undefined ? [] : Array.isArray(given) ? given : [given];
    if (list.length > MAX_FOLLOW_UPS) throw tooMany(option);
    return list.map((item: FollowUp) => storeOne(option, item, shared));
  };
  const success = store('onSuccess', onSuccess);
  const failure = store('onFailure', onFailure);
  const stored: StoredFollowUps = {};
  if (success.length > 0) stored.success = success;
  if (failure.length > 0) stored.failure = failure;
  const first = success[0] ?? failure[0];
  if (first === undefined) return undefined;
  const bytes = Buffer.byteLength(JSON.stringify(stored));
  if (bytes > INLINE_MAX_BYTES) throw new PayloadTooLargeError(first.task, bytes, INLINE_MAX_BYTES);
  return stored;
};

const storeOne = (
  option: keyof FollowUps,
  followUp: FollowUp,
  shared: EnqueueOptions,
): StoredFollowUp => {
  const { task, payload, input, options = {} } = callOf(option, followUp);
  const whole = payload === undefined;
  if ((whole || input !== undefined) && task.codec !== undefined)
    throw takesArguments(option, task);
  if (!whole) checkPayload(task, payload, input);
  const job = buildJob(task, payload, { ...shared, ...options });
  const { queue, task: name, enginePriority, lane, indexedUnder, dueAt, enqueuedAt } = job;
  return {
    queue,
    task: name,
    enginePriority,
    lane,
    indexedUnder,
    delayMs: dueAt === 0 ? 0 : dueAt - enqueuedAt,
    envelope: JSON.parse(job.data) as Partial<Envelope>, // Written by buildJob a moment ago.
    ...(input === undefined ? {} : { input }),
  };
};

type Call = {
  task: AnyTask;
  payload?: unknown;
  input?: string;
  options?: EnqueueOptions;
};

const OPTION_NAMES: ReadonlySet<string> = new Set([
  'priority',
  'delayMs',
  'attempts',
  'timeoutMs',
  'keepResultMs',
  'group',
  'tags',
]);

const callOf = (option: keyof FollowUps, followUp: FollowUp): Call => {
  const call: Call = 'task' in followUp ? followUp : { task: followUp };
  if (typeof call.task !== 'object' || !('payload' in call.task)) {
    throw new InvalidOptionError(option, 'it names no task', 'Give a task, or { task, payload }.');
  }
  const unknown = Object.keys(call.options ?? {}).find((name) => !OPTION_NAMES.has(name));
  if (unknown !== undefined) {
    throw new InvalidOptionError(
      option,
      `a follow-up has no option "${unknown}"`,
      `Use ${[...OPTION_NAMES].join(', ')}.`,
    );
  }
  return call;
};

const tooMany = (option: string) =>
  new InvalidOptionError(option, 'there are too many', `Give at most ${MAX_FOLLOW_UPS}.`);

const takesArguments = (option: string, { name }: AnyTask) =>
  new InvalidOptionError(
    option,
    `${name} takes arguments, which a result is none of`,
    'Give it a payload of its own, as in { task, payload: { args, kwargs } }.',
  );
