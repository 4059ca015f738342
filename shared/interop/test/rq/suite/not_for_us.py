"""The tests of RQ 3.0's suite that start a worker and cannot hold for a worker that is another process in another
language, by why that is. The suite's other such tests all run."""

NOT_FOR_US = {
    "it replaces parts of the worker, or reads them, inside the process of the test": [
        "tests/test_cli.py::TestRQCli::test_cli_enqueue_with_job_class",
        "tests/test_intermediate_queue.py::TestIntermediateQueue::test_cleanup_intermediate_queue",
        "tests/test_intermediate_queue.py::TestIntermediateQueue::test_cleanup_intermediate_queue_in_maintenance",
        "tests/test_intermediate_queue.py::TestIntermediateQueue::test_no_cleanup_while_in_started_queue",
        "tests/test_queue.py::TestQueue::test_intermediate_queue",
        "tests/test_rate_limit.py::TestRateLimitEnqueue::test_release_after_aborted_immediate_repeat",
        "tests/test_repeat.py::TestWorkerRepeat::test_repeat_state_survives_transaction_retry",
        "tests/test_scheduler.py::TestWorker::test_work",
        "tests/test_scheduler.py::TestWorker::test_work_burst",
        "tests/test_scheduler.py::TestWorker::test_work_burst_scheduler_cleans_up_on_error",
        "tests/test_scheduler.py::TestWorker::test_work_with_serializer",
        "tests/test_spawn_worker.py::TestWorker::test_horse_receives_worker_configuration",
        "tests/test_spawn_worker.py::TestWorker::test_rejects_main_module_config_before_dequeue",
        "tests/test_spawn_worker.py::TestWorker::test_rejects_unpicklable_config_before_dequeue",
        "tests/test_worker.py::TestWorker::test_horse_fails",
        "tests/test_worker.py::TestWorker::test_job_dependency_race_condition",
        "tests/test_worker.py::TestWorker::test_simpleworker_heartbeat_ttl",
        "tests/test_worker.py::TestWorker::test_work_via_simpleworker",
        # Ours sends them from its own process: endings.test.ts compares what arrives.
        "tests/test_webhooks.py::WorkerWebhookTestCase::test_retry_exhausted_fires_failed_once",
        "tests/test_webhooks.py::WorkerWebhookTestCase::test_retry_then_success_skips_failed",
        "tests/test_webhooks.py::WorkerWebhookTestCase::test_return_based_retry_exhaustion_fires_failed",
        "tests/test_webhooks.py::WorkerWebhookTestCase::test_terminal_status_fires_only_matching_webhook",
    ],
    "exception handlers are functions of the Python worker": [
        "tests/test_spawn_worker.py::TestWorker::test_horse_uses_exception_handlers",
        "tests/test_worker.py::TestWorker::test_custom_exc_handling",
        "tests/test_worker.py::TestWorker::test_disable_default_exception_handler",
    ],
    "it asks for an option that ours has not: another order than the strict one, a lifetime of results": [
        "tests/test_decorator.py::TestDecorator::test_decorator_accepts_result_ttl_as_argument",
        "tests/test_worker.py::TestRandomWorker::test_random_worker",
        "tests/test_worker.py::TestRoundRobinWorker::test_round_robin",
        "tests/test_worker.py::TestWorker::test_dequeue_random_strategy",
        "tests/test_worker.py::TestWorker::test_dequeue_round_robin",
    ],
    "it gives the worker a second or a few to start: jobs.test.ts and fleet.test.ts wait for the same to happen": [
        "tests/test_commands.py::TestCommands::test_stop_execution_command",
        "tests/test_commands.py::TestCommands::test_stop_job_command",
        "tests/test_executions.py::TestRegistry::test_execution_added_to_started_job_registry",
        "tests/test_job.py::TestJob::test_blocking_result_fetch",
        "tests/test_job_dependency.py::TestJobDependency::test_execution_order_with_dual_dependency",
        "tests/test_job_dependency.py::TestJobDependency::test_execution_order_with_sole_dependency",
        "tests/test_registry.py::TestFailedJobRegistry::test_requeue",
        "tests/test_registry.py::TestFailedJobRegistry::test_requeue_with_serializer",
    ],
    "a handler is given an array for a tuple": [
        "tests/test_cli.py::TestRQCli::test_cli_enqueue_args",
    ],
}
