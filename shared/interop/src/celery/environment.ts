import type { Logger } from '@shared/service';
import { z } from 'zod';
import { SERIALIZERS } from './message/serializers.ts';
import type { CelerySideOptions } from './side/options.ts';

const seconds = (min: number) => z.coerce.number('must be a number').int().min(min);
const flag = (byDefault: 'true' | 'false' = 'false') =>
  z
    .enum(['true', 'false'], 'must be true or false')
    .default(byDefault)
    .transform((text) => text === 'true');

const names = (byDefault: string[]) =>
  z
    .string()
    .transform((list) =>
      list
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    )
    .default(byDefault);

const isTimezone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** The variables that say where Celery is, as its settings of the same meaning; a process spreads them into its schema. */
export const celeryEnvironment = {
  CELERY_BROKER_URL: z.string().optional(),
  CELERY_RESULT_BACKEND: z.string().optional(),
  /** Comma-separated, in the order they are taken from. */
  CELERY_QUEUES: names(['celery']),
  CELERY_DEFAULT_QUEUE: z.string().default('celery'),
  CELERY_PREFETCH_MULTIPLIER: z.coerce.number('must be a whole number').int().min(0).default(4),
  CELERY_ACKS_LATE: flag(),
  CELERY_ACKS_ON_FAILURE: flag('true'),
  CELERY_REJECT_ON_LOST: flag(),
  CELERY_DEDUPLICATE: flag(),
  CELERY_ACCEPT_CONTENT: names(['json']).pipe(
    z.array(z.enum(SERIALIZERS, `must be among ${SERIALIZERS.join(', ')}`)).min(1),
  ),
  CELERY_TRACK_STARTED: flag(),
  CELERY_RESULT_EXTENDED: flag(),
  CELERY_CHORD_ORDERED: flag('true'),
  CELERY_TIMEZONE: z
    .string()
    .refine(isTimezone, 'must be a time zone, as in Europe/Paris')
    .default('UTC'),
  CELERY_RESULT_EXPIRES: seconds(0).default(86_400),
  CELERY_VISIBILITY_TIMEOUT: seconds(1).default(3_600),
  CELERY_KEY_PREFIX: z.string().default(''),
  CELERY_RESULT_KEY_PREFIX: z.string().default(''),
  CELERY_TASK_EVENTS: flag(),
};

const schema = z.object(celeryEnvironment);

/** Undefined where CELERY_BROKER_URL is not set and nothing else says where the broker is. */
export const celeryOptionsOf = (
  set: z.output<typeof schema>,
  {
    brokerUrl = set.CELERY_BROKER_URL,
    queues = set.CELERY_QUEUES,
    prefix,
    log,
  }: {
    brokerUrl?: string | undefined;
    queues?: readonly string[];
    /** Of the platform's keys. */
    prefix: string;
    log: Logger;
  },
): CelerySideOptions | undefined =>
  brokerUrl === undefined
    ? undefined
    : {
        brokerUrl,
        backendUrl: set.CELERY_RESULT_BACKEND ?? brokerUrl,
        queues,
        defaultQueue: set.CELERY_DEFAULT_QUEUE,
        prefetchMultiplier: set.CELERY_PREFETCH_MULTIPLIER,
        acksLate: set.CELERY_ACKS_LATE,
        acksOnFailureOrTimeout: set.CELERY_ACKS_ON_FAILURE,
        rejectOnWorkerLost: set.CELERY_REJECT_ON_LOST,
        deduplicateSuccessful: set.CELERY_DEDUPLICATE,
        accept: set.CELERY_ACCEPT_CONTENT,
        trackStarted: set.CELERY_TRACK_STARTED,
        resultExtended: set.CELERY_RESULT_EXTENDED,
        chordOrdered: set.CELERY_CHORD_ORDERED,
        timezone: set.CELERY_TIMEZONE,
        resultExpires: set.CELERY_RESULT_EXPIRES,
        visibilityTimeout: set.CELERY_VISIBILITY_TIMEOUT,
        taskEvents: set.CELERY_TASK_EVENTS,
        transport: { globalKeyprefix: set.CELERY_KEY_PREFIX },
        results: { globalKeyprefix: set.CELERY_RESULT_KEY_PREFIX },
        prefix,
        log,
      };
