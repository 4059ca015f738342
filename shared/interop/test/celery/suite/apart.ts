/** Files of Celery's `t/integration` that ask nothing of a worker that takes from Redis, and why. */
export const FILES_APART: Readonly<Record<string, string>> = {
  'test_backend.py': 'Azure’s blob storage',
  'test_django_settings.py': 'settings of Django, no test',
  'test_loader.py': 'how Python finds modules',
  'test_mem_leak_in_exception_handling.py': 'the memory of a Python process, without a worker',
  'test_native_delayed_delivery_binding.py': 'RabbitMQ',
  'test_prefork_shutdown.py': 'the AMQP heartbeats of Python’s process pool',
  'test_quorum_queue_qos_cluster_simulation.py': 'RabbitMQ',
  'test_rabbitmq_chord_unlock_routing.py': 'RabbitMQ',
  'test_rabbitmq_default_queue_type_fallback.py': 'RabbitMQ',
  'test_rabbitmq_quorum_queue_cycle_detection.py': 'RabbitMQ',
  'test_security.py': 'messages signed with certificates; fails with Celery’s own worker as well',
  'test_serialization.py': 'what Celery’s own command line says when it starts',
  'test_serialization_config.py': 'settings, no test',
  'test_worker.py': 'what Celery’s own command line says when it starts',
  'test_worker_config.py': 'settings, no test',
};

/**
 * Tests that look into the memory or the log of the process they run in, where they expect the worker. They fail
 * in the same way when Celery's own worker serves them from another process.
 */
export const TESTS_APART: Readonly<Record<string, string>> = {
  'test_canvas.py::test_stamping_mechanism::test_err_linking_stamped_sig':
    'waits for a signal in its own process',
  'test_canvas.py::test_stamping_mechanism::test_linking_stamped_sig':
    'waits for a signal in its own process',
  'test_canvas.py::test_stamping_mechanism::test_task_received_has_access_to_stamps':
    'waits for a signal in its own process',
  'test_inspect.py::test_Inspect::test_stats': 'compares the worker’s pid with the test’s own',
  'test_tasks.py::test_task_replacement::test_replaced_task_nesting_chain':
    'waits for a signal in its own process',
  'test_tasks.py::test_task_replacement::test_replaced_task_nesting_level_0':
    'waits for a signal in its own process',
  'test_tasks.py::test_task_replacement::test_replaced_task_nesting_level_1':
    'waits for a signal in its own process',
  'test_tasks.py::test_tasks::test_revoked_by_headers_simple_canvas':
    'clears the worker’s set of revoked stamps between its parts',
  'test_tasks.py::test_trace_log_arguments::test_task_failed': 'reads the worker’s log records',
  'test_tasks.py::test_trace_log_arguments::test_task_success': 'reads the worker’s log records',
};
