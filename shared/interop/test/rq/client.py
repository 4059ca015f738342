"""Runs a few statements against RQ's own client; each show(value) is one line of JSON."""

import datetime
import json
import os
import sys
import textwrap
import time

from redis import Redis
from rq import Queue, Retry, Worker
from rq.command import send_kill_horse_command, send_shutdown_command, send_stop_job_command
from rq.job import Dependency, Job
from rq.registry import (
    CanceledJobRegistry,
    DeferredJobRegistry,
    FailedJobRegistry,
    FinishedJobRegistry,
    ScheduledJobRegistry,
    StartedJobRegistry,
)

try:
    from rq import Callback
except ImportError:  # 1.13 takes functions, and their names stand in for them
    Callback = None
try:
    from rq import Repeat
except ImportError:
    Repeat = None

connection = Redis.from_url(os.environ["RQ_TEST_REDIS"])
q = Queue(os.environ["RQ_TEST_QUEUE"], connection=connection)
ENDED = ("finished", "failed", "stopped", "canceled")


def show(value):
    print(json.dumps(value, default=repr), flush=True)


def status(job):
    return str(job.get_status(refresh=True)).replace("JobStatus.", "").lower()


def until(test, timeout=20):
    end = time.time() + timeout
    while not test():
        if time.time() > end:
            raise TimeoutError("what was waited for did not come")
        time.sleep(0.02)


def ended(job, timeout=20):
    until(lambda: status(job) in ENDED, timeout)
    return job


def outcome(job, timeout=20):
    """Status, return value, and the last line of what went wrong."""
    ended(job, timeout)
    result = job.latest_result()
    text = (result and result.exc_string or "").strip()
    return [status(job), result and result.return_value, text.split("\n")[-1]]


exec(textwrap.dedent(sys.argv[1]), globals())
