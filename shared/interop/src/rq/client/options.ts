import { randomUUID } from 'node:crypto';
import { InvalidOptionError } from '@shared/errors';
import type { RqSerializer } from '../wire/serializer.ts';

/** How a job of an RQ program is asked for; the names of RQ's own options in brackets where they differ. */
export type RqEnqueueOptions = {
  kwargs?: Readonly<Record<string, unknown>>;
  /** `job_id`: letters, digits, `-` and `_`; a random one unless told. */
  id?: string;
  /** Refuses an id that is there already. */
  unique?: boolean;
  /** `default` unless told. */
  queue?: string;
  /** `job_timeout`; 180,000 unless told, null for none. */
  timeoutMs?: number | null;
  /** `result_ttl`; the worker's default (500 s) unless told, null for ever, 0 for not at all. */
  keepResultMs?: number | null;
  /** `failure_ttl`; a year unless told, null for ever. */
  keepFailedMs?: number | null;
  /** `ttl`: how long it may wait in the queue. */
  expiresInMs?: number;
  /** `enqueue_in`. */
  delayMs?: number;
  /** `enqueue_at`. */
  at?: Date;
  atFront?: boolean;
  /** `depends_on`: ids. */
  dependsOn?: readonly string[];
  /** `Dependency(allow_failure=True)`. */
  allowFailure?: boolean;
  /** `Retry(max, interval)`: how often more, and after how long; at once unless told. */
  retry?: { max: number; intervalsMs?: readonly number[] };
  /** `Repeat(times, interval)`. */
  repeat?: { times: number; intervalsMs?: readonly number[] };
  onSuccess?: string;
  onFailure?: string;
  onStopped?: string;
  meta?: Readonly<Record<string, unknown>>;
  description?: string;
  serializer?: RqSerializer;
};

const ID = /^[A-Za-z0-9_-]+$/;

export const idOf = ({ id }: RqEnqueueOptions): string => {
  if (id === undefined) return randomUUID();
  if (ID.test(id)) return id;
  throw new InvalidOptionError('id', `"${id}" is no RQ id`, 'Use letters, digits, "-" and "_".');
};

/** Whole seconds, as RQ counts; −1 for ever. */
export const secondsOf = (ms: number | null): number =>
  ms === null ? -1 : ms === 0 ? 0 : Math.max(Math.round(ms / 1_000), 1);

/** When it is due, in seconds; undefined for now. */
export const dueSeconds = ({ delayMs, at }: RqEnqueueOptions): number | undefined => {
  if (delayMs !== undefined && at !== undefined) {
    throw new InvalidOptionError('at', 'delayMs is given too', 'Give one of at and delayMs.');
  }
  if (delayMs === undefined && at === undefined) return undefined;
  return Math.trunc((at?.getTime() ?? Date.now() + (delayMs ?? 0)) / 1_000);
};
