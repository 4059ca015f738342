import { parseEnvironment } from '@shared/service';
import { z } from 'zod';
import type { CelerySideOptions } from './options.ts';

const whole = (min: number) => z.coerce.number('must be a number').int().min(min).optional();
const flag = z.enum(['true', 'false'], 'must be true or false').optional();

/** The environment's part of what a process is told of Celery. */
export const celeryVariables = {
  /** As `broker_url` of the Python programs. */
  CELERY_BROKER_URL: z.string().optional(),
  /** As their `result_backend`. */
  CELERY_RESULT_BACKEND: z.string().optional(),
  /** As `worker_prefetch_multiplier`. */
  CELERY_PREFETCH_MULTIPLIER: whole(0),
  /** As `task_acks_late`. */
  CELERY_ACKS_LATE: flag,
  /** As `task_track_started`. */
  CELERY_TRACK_STARTED: flag,
  /** As `result_extended`. */
  CELERY_RESULT_EXTENDED: flag,
  /** As `result_expires`, in seconds. */
  CELERY_RESULT_EXPIRES: whole(0),
  /** As `visibility_timeout` of `broker_transport_options`, in seconds. */
  CELERY_VISIBILITY_TIMEOUT: whole(1),
  /** As `global_keyprefix` of `broker_transport_options`. */
  CELERY_KEY_PREFIX: z.string().optional(),
  /** As `global_keyprefix` of `result_backend_transport_options`. */
  CELERY_RESULT_KEY_PREFIX: z.string().optional(),
  /** As `worker_send_task_events`. */
  CELERY_TASK_EVENTS: flag,
} as const;

const schema = z.object(celeryVariables);

/**
 * What the environment says of Celery.
 *
 * @param options.redisUrl where broker and results are unless told.
 * @throws {ConfigError} naming every variable at fault.
 */
export const celeryEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
  { redisUrl }: { redisUrl: string },
): Omit<CelerySideOptions, 'log'> => {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const told = parseEnvironment(schema, set);
  const brokerUrl = told.CELERY_BROKER_URL ?? redisUrl;
  const options: Partial<CelerySideOptions> = {
    prefetchMultiplier: told.CELERY_PREFETCH_MULTIPLIER,
    acksLate: isTrue(told.CELERY_ACKS_LATE),
    trackStarted: isTrue(told.CELERY_TRACK_STARTED),
    resultExtended: isTrue(told.CELERY_RESULT_EXTENDED),
    resultExpires: told.CELERY_RESULT_EXPIRES,
    visibilityTimeout: told.CELERY_VISIBILITY_TIMEOUT,
    taskEvents: isTrue(told.CELERY_TASK_EVENTS),
    transport: given(told.CELERY_KEY_PREFIX, 'globalKeyprefix'),
    results: given(told.CELERY_RESULT_KEY_PREFIX, 'globalKeyprefix'),
  } as Partial<CelerySideOptions>; // Those that are not set are taken out below.
  return {
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    brokerUrl,
    backendUrl: told.CELERY_RESULT_BACKEND ?? brokerUrl,
  };
};

const isTrue = (text: string | undefined) => (text === undefined ? undefined : text === 'true');

const given = (text: string | undefined, key: string) =>
  text === undefined ? undefined : { [key]: text };
