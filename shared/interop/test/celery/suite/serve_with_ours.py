"""Has Celery's own integration tests served by a worker of ours: a pytest plugin.

What starts a Python worker in a thread of the test process starts a process instead, by the command in
SUITE_WORKER (a JSON list; ``{nodename}`` and ``{concurrency}`` are put in), with the settings of the tests'
application. What became of each test is told as lines of JSON in the file SUITE_OUTCOMES.
"""
import json
import os
import signal
import subprocess
from contextlib import contextmanager

from celery.contrib.testing import worker
from celery.utils.nodenames import anon_nodename

COMMAND = json.loads(os.environ["SUITE_WORKER"])
READY_SECONDS = 30


def _settings(conf):
    """The settings that tests change, as the variables of the same meaning."""
    flags = {
        "CELERY_ACKS_LATE": conf.task_acks_late,
        "CELERY_DEDUPLICATE": conf.worker_deduplicate_successful_tasks,
        "CELERY_RESULT_EXTENDED": conf.result_extended,
    }
    return {
        "CELERY_BROKER_URL": conf.broker_url,
        "CELERY_RESULT_BACKEND": conf.result_backend,
        **{name: "true" if value else "false" for name, value in flags.items()},
    }


def _wait_until_it_answers(app, nodename, process):
    for _ in range(READY_SECONDS):
        if process.poll() is not None:
            raise RuntimeError(f"the worker ended with {process.returncode}")
        if app.control.ping(destination=[nodename], timeout=1.0, limit=1):
            return
    raise RuntimeError("the worker does not answer")


@contextmanager
def start_worker(app, concurrency=1, shutdown_timeout=10.0, **_):
    nodename = anon_nodename()
    if _running:  # A second one beside that of the session.
        nodename = f"second-{nodename}"
    app.finalize()
    app.set_current()
    app.set_default()
    command = [part.format(nodename=nodename, concurrency=concurrency) for part in COMMAND]
    with open(os.environ["SUITE_WORKER_LOG"], "ab") as log:
        process = subprocess.Popen(
            command, env={**os.environ, **_settings(app.conf)}, stdout=log, stderr=log
        )
    _running.append(process)
    try:
        _wait_until_it_answers(app, nodename, process)
        yield process
    finally:
        _running.remove(process)
        process.send_signal(signal.SIGTERM)
        process.wait(shutdown_timeout)


_running = []
worker.start_worker = start_worker


def _tell(**line):
    with open(os.environ["SUITE_OUTCOMES"], "a", encoding="utf-8") as outcomes:
        outcomes.write(json.dumps(line) + "\n")


def pytest_collection_finish(session):
    for item in session.items:
        _tell(test=item.nodeid, outcome="collected")


def pytest_runtest_logreport(report):
    """Of the parts of a test, subtests included; one that is to be run again begins anew."""
    why = report.longreprtext or str(report.longrepr or "")
    if report.outcome == "skipped" and hasattr(report, "wasxfail"):
        why = f"Celery's own worker fails it as well: {report.wasxfail}"
    _tell(test=report.nodeid, part=report.when, outcome=report.outcome, why=why[-8000:])
