import {
  checkPolicy,
  type FollowUps,
  isQueueName,
  type Origin,
  type Priority,
  priorityNumber,
  QUEUE_NAME_FIX,
  type Task,
  type TaskPolicy,
} from '@shared/contracts';
import { InvalidOptionError } from '@shared/errors';
import type { NewJob } from '../engine/add-batch.ts';
import type { Envelope, Foreign } from '../envelope.ts';
import type { Outbox } from '../held/outbox.ts';
import { checkChosenId, newJobId } from '../job-id.ts';
import { indexNames } from '../search/index-names.ts';
import { laneOf } from './lane.ts';
import { uniqueness } from './uniqueness.ts';

/** How one job differs from its task's contract. */
export type EnqueueOptions<Result = never> = FollowUps<Result> &
  Partial<
    Pick<
      TaskPolicy,
      'attempts' | 'backoff' | 'retryOn' | 'timeoutMs' | 'killAfterMs' | 'keepResultMs'
    >
  > & {
    /** The idempotency key: one id, one job, as long as its record is kept. */
    id?: string;
    /** `default` unless told. */
    priority?: Priority;
    /** Not started before this many ms from now. */
    delayMs?: number;
    /** Not started before this moment; one in the past means now. */
    at?: Date;
    /** Not started any more after this many ms from now. */
    expiresInMs?: number;
    /** Not started any more after this moment. */
    expiresAt?: Date;
    /** Tenant or user: groups are served in turn, and a task may limit each. */
    group?: string;
    /** Only one job of the task with this key at a time: for a while, or until it started or finished. */
    unique?: { key: string; forMs: number } | { key: string; until: 'started' | 'finished' };
    /** For searching and grouping; at most 20 of at most 100 characters. */
    tags?: readonly string[];
    /** Who may see the job, beside operators. */
    owner?: string;
    /** The protocol it came in by; `taskyard` unless told. */
    origin?: Origin;
    /** Another queue than the task's own; a worker with a handler for the task must serve it. */
    queue?: string;
    /** With a chosen `id`: the record of a job of that id that has ended gives way; false unless told. */
    again?: boolean;
    /** For the interop layer: kept with the job, shown to hooks as `attempt.foreign`. */
    foreign?: Foreign;
    /** A W3C traceparent to carry on. */
    traceParent?: string;
    /**
     * Enqueues the job when this database transaction is committed, and never if it is not; Redis need not
     * be there. `outboxIn(transaction)` of `@shared/database` makes one.
     */
    transaction?: Outbox;
    /**
     * What becomes of the job while Redis is away: refused (`throw`, unless told), kept on this machine's
     * disk until it is back (`spool`), or done here and now (`inline`).
     */
    whenDown?: WhenDown;
  };

export type WhenDown = 'throw' | 'spool' | 'inline';

const MAX_DELAY_MS = 10 * 365 * 86_400_000;
const MAX_TAGS = 20;
const MAX_TAG_LENGTH = 100;

/**
 * The job as it is stored.
 *
 * @throws {InvalidOptionError}
 */
export const buildJob = (
  task: Task,
  payload: unknown,
  options: EnqueueOptions,
  extra: Pick<Envelope, 'input' | 'followUps'> = {},
): NewJob => {
  checkOptionNames(options);
  checkPolicy(options);
  const { id, origin = 'taskyard', owner, traceParent } = options;
  const now = Date.now();
  const queue = options.queue === undefined ? task.queue : checkQueue(options.queue);
  const stored = task.codec === undefined ? payload : task.codec.store(payload);
  const envelope: Envelope = { payload: stored, ...extra };
  if (origin !== 'taskyard') envelope.origin = origin;
  if (owner !== undefined) envelope.owner = owner;
  if (options.group !== undefined) envelope.group = options.group;
  const tags = checkTags(options.tags);
  if (tags.length > 0) envelope.tags = tags;
  if (traceParent !== undefined) envelope.trace = traceParent;
  const expiresAt = expiry(options, now);
  if (expiresAt !== undefined) envelope.expiresAt = expiresAt;
  const policy = policyDifference(options);
  if (policy !== undefined) envelope.policy = policy;
  if (options.foreign !== undefined) envelope.foreign = options.foreign;
  const data = JSON.stringify(envelope);
  return {
    queue,
    id: id === undefined ? newJobId(queue) : checkChosenId(id, queue),
    task: task.name,
    data,
    enginePriority: priorityNumber(options.priority) + 1,
    enqueuedAt: now,
    dueAt: dueAt(options, now),
    lane: laneOf(task, options.group),
    indexedUnder: indexNames({ tags, group: options.group }),
    // What follows it must be seen to however it ends.
    foreign: options.foreign !== undefined || extra.followUps !== undefined,
    again: options.again ?? false,
    ...uniqueness(task, options.unique),
  };
};

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof EnqueueOptions>([
  'id',
  'priority',
  'delayMs',
  'at',
  'expiresInMs',
  'expiresAt',
  'attempts',
  'backoff',
  'retryOn',
  'timeoutMs',
  'killAfterMs',
  'keepResultMs',
  'tags',
  'owner',
  'group',
  'unique',
  'origin',
  'queue',
  'again',
  'foreign',
  'traceParent',
  'transaction',
  'whenDown',
  'onSuccess',
  'onFailure',
]);

const checkQueue = (queue: string): string => {
  if (isQueueName(queue)) return queue;
  throw new InvalidOptionError('queue', `"${queue}" is no queue name`, QUEUE_NAME_FIX);
};

/** A misspelt option would be ignored silently, and the job would run at the wrong time. */
const checkOptionNames = (options: EnqueueOptions) => {
  for (const name of Object.keys(options)) {
    if (!OPTION_NAMES.has(name)) {
      throw new InvalidOptionError(
        name,
        'there is no such option',
        `Use ${[...OPTION_NAMES].join(', ')}.`,
      );
    }
  }
};

const policyDifference = (options: EnqueueOptions) => {
  const { attempts, backoff, retryOn, timeoutMs, killAfterMs, keepResultMs } = options;
  const policy: Partial<TaskPolicy> = {};
  if (retryOn !== undefined) policy.retryOn = retryOn;
  if (attempts !== undefined) policy.attempts = attempts;
  if (backoff !== undefined) policy.backoff = backoff;
  if (timeoutMs !== undefined) policy.timeoutMs = timeoutMs;
  if (killAfterMs !== undefined) policy.killAfterMs = killAfterMs;
  if (keepResultMs !== undefined) policy.keepResultMs = keepResultMs;
  return Object.keys(policy).length > 0 ? policy : undefined;
};

/** When the job may start, in ms since the epoch; 0 = at once. */
const dueAt = ({ delayMs, at }: EnqueueOptions, now: number): number => {
  if (delayMs !== undefined && at !== undefined) {
    throw new InvalidOptionError('at', 'delayMs is given too', 'Give one of at and delayMs.');
  }
  const wait = delayMs ?? (at === undefined ? 0 : dateMs('at', at) - now);
  const ms = at === undefined ? wait : Math.max(wait, 0);
  if (!Number.isFinite(ms) || ms < 0 || ms > MAX_DELAY_MS) {
    throw new InvalidOptionError(
      at === undefined ? 'delayMs' : 'at',
      `a wait of ${ms} ms is out of range`,
      'Give 0 ms to ten years.',
    );
  }
  return ms === 0 ? 0 : now + Math.round(ms);
};

const expiry = ({ expiresInMs, expiresAt }: EnqueueOptions, now: number): number | undefined => {
  if (expiresInMs !== undefined && expiresAt !== undefined) {
    throw new InvalidOptionError(
      'expiresAt',
      'expiresInMs is given too',
      'Give one of expiresAt and expiresInMs.',
    );
  }
  if (expiresAt !== undefined) return dateMs('expiresAt', expiresAt);
  if (expiresInMs === undefined) return undefined;
  if (!Number.isFinite(expiresInMs) || expiresInMs <= 0) {
    throw new InvalidOptionError('expiresInMs', `${expiresInMs} is no time`, 'Give ms above 0.');
  }
  return Math.round(now + expiresInMs);
};

const dateMs = (option: string, date: Date): number => {
  const ms = date instanceof Date ? date.getTime() : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidOptionError(option, 'it is no valid Date', 'Give a Date.');
  return ms;
};

const checkTags = (tags: readonly string[] = []): string[] => {
  const bad = tags.some(
    (tag) => typeof tag !== 'string' || tag === '' || tag.length > MAX_TAG_LENGTH,
  );
  if (bad || tags.length > MAX_TAGS) {
    throw new InvalidOptionError(
      'tags',
      'there are too many, or one is empty or too long',
      `Give at most ${MAX_TAGS} tags of 1 to ${MAX_TAG_LENGTH} characters.`,
    );
  }
  return [...new Set(tags)];
};
