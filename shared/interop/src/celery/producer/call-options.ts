import { pythonValue } from '../../tasks/python-value.ts';
import type { PickleValue } from '../../pickle/index.ts';
import type { Options, Signature } from '../canvas/signature.ts';
import { makeSignature, readSignature } from '../canvas/signature.ts';
import { fromJs } from '../json/from-js.ts';
import { momentIso } from '../json/iso-texts.ts';

/** What `apply_async` of Celery takes, its times in seconds as there. */
export type CallOptions = {
  kwargs?: Readonly<Record<string, unknown>>;
  /** Default a random UUID. */
  id?: string;
  /** Default the client's default queue. */
  queue?: string;
  /** With `routingKey`: let the bindings of an exchange decide. */
  exchange?: string;
  routingKey?: string;
  /** 0 first, 9 last. Default 0. */
  priority?: number;
  /** Seconds to wait at least. */
  countdown?: number;
  /** When to run at the earliest; a text as Python's `isoformat` writes it. */
  eta?: Date | string;
  /** When not to run any more: seconds from now, or a time. */
  expires?: number | Date | string;
  /** Seconds until it is killed. */
  timeLimit?: number;
  /** Seconds until it is told. */
  softTimeLimit?: number;
  ignoreResult?: boolean;
  /** The name to show instead of the task's. */
  shadow?: string;
  /** Headers of your own. */
  headers?: Readonly<Record<string, unknown>>;
  /** Run on success, with the result in front of their arguments. */
  link?: Signature | readonly Signature[];
  /** Run on failure, with the id of the task. */
  linkError?: Signature | readonly Signature[];
  compression?: 'gzip' | 'zstd' | 'brotli';
  replyTo?: string;
  /** Kept by all that follows the task. */
  stamps?: Readonly<Record<string, unknown>>;
};

const PYTHON_NAMES: Readonly<Partial<Record<keyof CallOptions, string>>> = {
  id: 'task_id',
  queue: 'queue',
  exchange: 'exchange',
  routingKey: 'routing_key',
  priority: 'priority',
  countdown: 'countdown',
  timeLimit: 'time_limit',
  softTimeLimit: 'soft_time_limit',
  ignoreResult: 'ignore_result',
  shadow: 'shadow',
  headers: 'headers',
  compression: 'compression',
  replyTo: 'reply_to',
};

/** The options under their Python names. */
export const pythonOptions = (given: CallOptions): Options => {
  const options = new Map<string, PickleValue>();
  for (const [name, pythonName] of Object.entries(PYTHON_NAMES)) {
    // The table's own keys.
    const value = given[name as keyof CallOptions];
    if (value !== undefined) options.set(pythonName, fromJs(value));
  }
  if (given.eta !== undefined) options.set('eta', timeOf(given.eta));
  if (given.expires !== undefined) {
    options.set(
      'expires',
      typeof given.expires === 'number' ? given.expires : timeOf(given.expires),
    );
  }
  if (given.link !== undefined) options.set('link', listOf(given.link));
  if (given.linkError !== undefined) options.set('link_error', listOf(given.linkError));
  if (given.stamps !== undefined) {
    options.set('stamped_headers', Object.keys(given.stamps));
    for (const [name, value] of Object.entries(given.stamps)) options.set(name, fromJs(value));
  }
  return options;
};

const timeOf = (time: Date | string): string =>
  typeof time === 'string' ? time : momentIso(time.getTime());

const listOf = (links: Signature | readonly Signature[]): Signature[] =>
  links instanceof Map ? [links] : [...links];

/** A task by what Python calls it. */
type Named = { readonly name: string; readonly python?: { readonly name: string } | undefined };

/** The signature of a task, to be put into canvases: `signature('proj.tasks.add', [2])`, or of a task of ours. */
export const signature = (
  task: string | Named,
  args: readonly unknown[] = [],
  { immutable = false, kwargs = {}, ...options }: CallOptions & { immutable?: boolean } = {},
): Signature =>
  makeSignature(
    typeof task === 'string' ? task : (task.python?.name ?? task.name),
    args.map((arg, index) => fromJs(arg, `args[${index}]`)),
    new Map(Object.entries(kwargs).map(([name, value]) => [name, fromJs(value, name)] as const)),
    { options: pythonOptions(options), immutable },
  );

/**
 * The signature that a task was given as an argument, or has in its result.
 *
 * @throws {InvalidMessageError} for what is none, naming the part.
 */
export const signatureOf = (value: unknown): Signature => readSignature(pythonValue(value));
