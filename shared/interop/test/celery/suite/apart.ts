import type { SuiteRelease } from './celery-suite.ts';

type Reasons = Readonly<Record<string, string>>;

const OLD_FILES: Reasons = {
  'test_backend.py': 'Azure’s blob storage',
  'test_loader.py': 'how Python finds modules',
  'test_mem_leak_in_exception_handling.py': 'the memory of a Python process, without a worker',
  'test_security.py': 'messages signed with certificates; fails with Celery’s own worker as well',
  'test_serialization.py': 'what Celery’s own command line says when it starts',
  'test_worker.py': 'what Celery’s own command line says when it starts',
};

/** Files of Celery's `t/integration` that ask nothing of a worker that takes from Redis, and why. */
export const FILES_APART: Readonly<Record<SuiteRelease, Reasons>> = {
  '5.6.3': {
    ...OLD_FILES,
    'test_django_settings.py': 'settings of Django, no test',
    'test_native_delayed_delivery_binding.py': 'RabbitMQ',
    'test_prefork_shutdown.py': 'the AMQP heartbeats of Python’s process pool',
    'test_quorum_queue_qos_cluster_simulation.py': 'RabbitMQ',
    'test_rabbitmq_chord_unlock_routing.py': 'RabbitMQ',
    'test_rabbitmq_default_queue_type_fallback.py': 'RabbitMQ',
    'test_rabbitmq_quorum_queue_cycle_detection.py': 'RabbitMQ',
    'test_serialization_config.py': 'settings, no test',
    'test_worker_config.py': 'settings, no test',
  },
  '5.7.0': {
    ...OLD_FILES,
    'test_backend_leak_in_fixture_teardown.py': 'the sockets of the test’s own process',
    'test_beat.py': 'Celery’s own scheduler',
    'test_cache_backend.py': 'memcached',
    'test_connection_recovery.py': 'how Python’s consumer closes a connection',
    'test_database_backend.py': 'results in a database',
    'test_events_state_memory_leak.py': 'the memory of the test’s own process',
    'test_logfile_format.py': 'the log of Celery’s own command line',
    'test_request_backend_down.py': 'Python’s request object, without a worker',
    'test_upgrade.py': 'Celery’s own command line',
  },
};

const SIGNAL = 'waits for a signal in its own process';
const LOG = 'reads the worker’s log records';
const LEFT_OVER = 'counts subscriptions that its process may have from the tests before';
const STATE = 'looks for the task among those that its own process has done';

const OLD_TESTS: Reasons = {
  'test_canvas.py::test_stamping_mechanism::test_err_linking_stamped_sig': SIGNAL,
  'test_canvas.py::test_stamping_mechanism::test_linking_stamped_sig': SIGNAL,
  'test_canvas.py::test_stamping_mechanism::test_task_received_has_access_to_stamps': SIGNAL,
  'test_inspect.py::test_Inspect::test_stats': 'compares the worker’s pid with the test’s own',
  'test_tasks.py::test_task_replacement::test_replaced_task_nesting_chain': SIGNAL,
  'test_tasks.py::test_task_replacement::test_replaced_task_nesting_level_0': SIGNAL,
  'test_tasks.py::test_task_replacement::test_replaced_task_nesting_level_1': SIGNAL,
  'test_tasks.py::test_tasks::test_revoked_by_headers_simple_canvas':
    'clears the worker’s set of revoked stamps between its parts',
  'test_tasks.py::test_trace_log_arguments::test_task_failed': LOG,
  'test_tasks.py::test_trace_log_arguments::test_task_success': LOG,
};

const SIGNALS = 'test_tasks.py::test_signal_bound_method_receivers';
const RESULTS = 'test_tasks.py::test_task_redis_result_backend';

/**
 * Tests that look into the memory or the log of the process they run in, where they expect the worker. They fail
 * in the same way when Celery's own worker serves them from another process.
 */
export const TESTS_APART: Readonly<Record<SuiteRelease, Reasons>> = {
  '5.6.3': OLD_TESTS,
  '5.7.0': {
    ...OLD_TESTS,
    'test_inspect.py::test_Inspect::test_hello_stamps_received_revoked_ids_locally': STATE,
    'test_redis_backend.py::test_pubsub_reentrant_cancel_from_finalizer': LEFT_OVER,
    'test_redis_backend.py::test_pubsub_subscribe_churn_while_draining': LEFT_OVER,
    [`${SIGNALS}::test_disconnect_leaves_other_instance_connected`]: SIGNAL,
    [`${SIGNALS}::test_each_instance_receives`]: SIGNAL,
    [`${SIGNALS}::test_other_instance_receives_after_garbage_collection`]: SIGNAL,
    [`${RESULTS}::test_retry_preserves_ignore_result_false`]: STATE,
    [`${RESULTS}::test_retry_preserves_ignore_result_true`]: STATE,
    'test_tasks.py::test_tasks::test_send_task_without_ignore_result_stores_result': STATE,
    'test_tasks.py::test_tasks::test_send_task_without_ignore_result_uses_task_ignore_result':
      STATE,
  },
};
