import { py } from '../../pickle/index.ts';
import { DEFAULT_SETTINGS } from '../pidbox/default-settings.ts';
import type { BrokerAddress } from '../broker/broker-address.ts';
import type { ResolvedSideOptions } from '../side/options.ts';

/**
 * The settings of a side under Celery's names: those that differ from Celery's own, or all.
 */
export const settingsOf = (
  options: ResolvedSideOptions,
  { withDefaults }: { withDefaults: boolean },
): Record<string, unknown> => {
  const set = {
    accept_content: [...options.accept],
    // What a Python worker does with its log and an AMQP connection, ours does not.
    broker_heartbeat: 0,
    worker_hijack_root_logger: false,
    worker_log_color: false,
    task_default_queue: options.defaultQueue,
    result_expires: options.resultExpires === A_DAY_S ? A_DAY : options.resultExpires || null,
    result_extended: options.resultExtended,
    task_acks_late: options.acksLate,
    task_acks_on_failure_or_timeout: options.acksOnFailureOrTimeout,
    task_reject_on_worker_lost: options.rejectOnWorkerLost || null,
    worker_deduplicate_successful_tasks: options.deduplicateSuccessful,
    task_ignore_result: options.ignoreResult,
    task_track_started: options.trackStarted,
    timezone: options.timezone === 'UTC' ? null : options.timezone,
    worker_prefetch_multiplier: options.prefetchMultiplier,
    worker_send_task_events: options.taskEvents,
    ...transportOf(options),
  };
  const changed = Object.entries(set).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(DEFAULT_SETTINGS[name]),
  );
  return {
    ...(withDefaults ? DEFAULT_SETTINGS : {}),
    broker_url: shownBroker(options.broker),
    result_backend: shownBackend(options.backend),
    ...(withDefaults ? {} : ALWAYS_SHOWN),
    include: py.tuple(['celery.app.builtins']),
    ...Object.fromEntries(changed),
  };
};

const A_DAY_S = 86_400;
const A_DAY = DEFAULT_SETTINGS['result_expires'];

/** What Celery counts among the settings of every app, and what its own tests look for. */
const ALWAYS_SHOWN = {
  accept_content: DEFAULT_SETTINGS['accept_content'],
  deprecated_settings: null,
  enable_utc: true,
  timezone: null,
  worker_disable_prefetch: false,
};

const transportOf = ({ transport, results, visibilityTimeout }: ResolvedSideOptions) => {
  const broker = {
    ...(visibilityTimeout === 3_600 ? {} : { visibility_timeout: visibilityTimeout }),
    ...(transport.globalKeyprefix ? { global_keyprefix: transport.globalKeyprefix } : {}),
    ...(transport.sep === undefined ? {} : { sep: transport.sep }),
    ...(transport.prioritySteps === undefined
      ? {}
      : { priority_steps: [...transport.prioritySteps] }),
  };
  const backend = results.globalKeyprefix ? { global_keyprefix: results.globalKeyprefix } : {};
  return { broker_transport_options: broker, result_backend_transport_options: backend };
};

const MASK = '********';

/** A broker is shown with a mask whether or not it has a password, a result store only if it has one. */
const shownBroker = ({ shown, redis: { username = '' } }: BrokerAddress) =>
  shown.replace('://', `://${username}:${MASK}@`);

const shownBackend = ({ shown, redis: { username = '', password } }: BrokerAddress) =>
  password === undefined ? shown : shown.replace('://', `://${username}:${MASK}@`);
