import { hostname } from 'node:os';
import { InvalidOptionError } from '@shared/errors';
import type { Logger } from '@shared/service';
import { type BrokerAddress, parseBrokerAddress } from '../broker/broker-address.ts';
import type { Serializer } from '../message/serializers.ts';
import type { BrokerOptions } from '../names/broker-names.ts';
import type { ResultOptions } from '../names/result-names.ts';
import type { QueueOrder } from '../take/intake.ts';

export type CelerySideOptions = {
  /** As `broker_url` of the Python programs. */
  brokerUrl: string;
  /** As their `result_backend`. */
  backendUrl: string;
  /** Taken from in the order of `queueOrder`; none for a process that only answers for its jobs. */
  queues?: readonly string[];
  /** As `task_default_queue`: where tasks go that nobody in this process has; `celery` unless told. */
  defaultQueue?: string;
  /** What this worker is called, as in `emails@host`. */
  nodename?: string;
  /** How many messages are held for each slot, as `worker_prefetch_multiplier`; 4 unless told, 0 for as many as there are. */
  prefetchMultiplier?: number;
  /**
   * Acknowledges after the outcome is stored, not when the platform has the job; false unless told. A task
   * may say otherwise.
   */
  acksLate?: boolean;
  /** When false, a late one that meets its hard time limit goes back to its queue; true unless told. */
  acksOnFailureOrTimeout?: boolean;
  /** Whether a late one whose thread or process died goes back to its queue; false unless told. */
  rejectOnWorkerLost?: boolean;
  /** Whether a late one that comes again does not run once its SUCCESS is stored; false unless told. */
  deduplicateSuccessful?: boolean;
  queueOrder?: QueueOrder;
  /** As `broker_transport_options`. */
  transport?: Omit<BrokerOptions, 'db'>;
  /** Seconds without a sign of life after which a message is taken to be held by nobody; 3600 unless told. */
  visibilityTimeout?: number;
  /** As `result_backend_transport_options`. */
  results?: ResultOptions;
  /** As `result_chord_ordered`; true unless told. Python's workers and ours have to agree. */
  chordOrdered?: boolean;
  /** Seconds that results are kept, as `result_expires`; 86400 unless told, 0 for ever. */
  resultExpires?: number;
  /** As `task_track_started`. */
  trackStarted?: boolean;
  /** As `result_extended`. */
  resultExtended?: boolean;
  /** As `task_ignore_result`. */
  ignoreResult?: boolean;
  /** As `accept_content`; JSON only unless told. */
  accept?: readonly Serializer[];
  maxBodyBytes?: number;
  /** Where times without an offset are meant; UTC unless told. */
  timezone?: string;
  /** Whether task events are sent before anybody asks, as `worker -E`. */
  taskEvents?: boolean;
  /** In front of the few keys of ours in the broker; `taskyard` unless told. */
  prefix?: string;
  log: Logger;
};

export type ResolvedSideOptions = Required<CelerySideOptions> & {
  broker: BrokerAddress;
  backend: BrokerAddress;
};

/** @throws {InvalidOptionError} */
export const resolveSideOptions = (options: CelerySideOptions): ResolvedSideOptions => {
  const {
    queues = [],
    nodename = `celery@${hostname()}`,
    prefetchMultiplier = 4,
    visibilityTimeout = 3_600,
    resultExpires = 86_400,
  } = options;
  check('queues', new Set(queues).size === queues.length, 'one is named twice', 'Name each once.');
  check('nodename', /^[^@\s]+@[^@\s]+$/.test(nodename), `"${nodename}" is none`, 'Use name@host.');
  check(
    'prefetchMultiplier',
    isAtLeast(prefetchMultiplier, 0),
    'it is no count',
    'Give 0 or more.',
  );
  check('visibilityTimeout', visibilityTimeout > 0, 'it is no time', 'Give seconds above 0.');
  check('resultExpires', resultExpires >= 0, 'it is no time', 'Give seconds from 0.');
  return {
    defaultQueue: 'celery',
    acksLate: false,
    acksOnFailureOrTimeout: true,
    rejectOnWorkerLost: false,
    deduplicateSuccessful: false,
    queueOrder: 'round_robin',
    transport: {},
    results: {},
    chordOrdered: true,
    trackStarted: false,
    resultExtended: false,
    ignoreResult: false,
    accept: ['json'],
    maxBodyBytes: 64 * 1024 * 1024,
    timezone: 'UTC',
    taskEvents: false,
    prefix: 'taskyard',
    ...options,
    queues,
    nodename,
    prefetchMultiplier,
    visibilityTimeout,
    resultExpires,
    broker: parseBrokerAddress('brokerUrl', options.brokerUrl),
    backend: parseBrokerAddress('backendUrl', options.backendUrl),
  };
};

const isAtLeast = (value: number, min: number) => Number.isInteger(value) && value >= min;

const check = (option: string, fine: boolean, why: string, fix: string) => {
  if (!fine) throw new InvalidOptionError(option, why, fix);
};
