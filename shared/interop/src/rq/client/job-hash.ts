import { pythonRepr } from '../../celery/repr/repr.ts';
import { decodePickle, encodePickle } from '../../pickle/index.ts';
import { writeCall } from '../wire/call.ts';
import { writeValue } from '../wire/serializer.ts';
import { rqTime } from '../wire/times.ts';
import { type RqEnqueueOptions, secondsOf } from './options.ts';

const CALLBACK_SECONDS = 60;
const DEFAULT_TIMEOUT_MS = 180_000;

/** The hash of a new job, as RQ's clients write it: field, value, field, value. */
export const jobHash = (
  { name, args, queue }: { name: string; args: readonly unknown[]; queue: string },
  options: RqEnqueueOptions,
): (string | number | Buffer)[] => {
  const { kwargs = {}, serializer = 'pickle', timeoutMs = DEFAULT_TIMEOUT_MS, meta } = options;
  const { dependsOn = [], retry, repeat } = options;
  const call = { name, args: [...args], kwargs: { ...kwargs }, serializer };
  const fields: Record<string, string | number | Buffer | undefined> = {
    created_at: rqTime(Date.now()),
    data: writeCall(call),
    success_callback_name: options.onSuccess ?? '',
    failure_callback_name: options.onFailure ?? '',
    stopped_callback_name: options.onStopped ?? '',
    success_callback_timeout: options.onSuccess && CALLBACK_SECONDS,
    failure_callback_timeout: options.onFailure && CALLBACK_SECONDS,
    stopped_callback_timeout: options.onStopped && CALLBACK_SECONDS,
    started_at: '',
    ended_at: '',
    last_heartbeat: '',
    worker_name: '',
    group_id: '',
    origin: queue,
    description: options.description ?? describe(name, args, kwargs),
    timeout: secondsOf(timeoutMs),
    result_ttl: seconds(options.keepResultMs),
    failure_ttl: seconds(options.keepFailedMs),
    ttl: seconds(options.expiresInMs),
    retries_left: retry?.max,
    retry_intervals: retry && intervals(retry.intervalsMs),
    repeats_left: repeat?.times,
    repeat_intervals: repeat && intervals(repeat.intervalsMs),
    dependency_id: dependsOn[0],
    dependency_ids: dependsOn.length > 0 ? JSON.stringify(dependsOn) : undefined,
    allow_dependency_failures: options.allowFailure === true ? 1 : undefined,
    meta: meta && writeValue(serializer, meta),
  };
  return Object.entries(fields).flatMap(([field, value]) =>
    value === undefined ? [] : [field, value],
  );
};

const seconds = (ms: number | null | undefined) => (ms === undefined ? undefined : secondsOf(ms));

const intervals = (ms: readonly number[] = [0]) => JSON.stringify(ms.map(secondsOf));

const MOST_SHOWN = 75;

/** `mod.f(1, b=2)`, each argument cut. */
const describe = (
  name: string,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): string => {
  const shown = [
    ...args.map(shortened),
    ...Object.entries(kwargs).map(([key, value]) => `${key}=${shortened(value)}`),
  ];
  return `${name}(${shown.join(', ')})`;
};

const shortened = (value: unknown): string => {
  const text = pythonRepr(decodePickle(encodePickle(value)));
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text;
};
