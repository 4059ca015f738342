"""A pytest plugin that runs RQ's own test suite with another worker: `Worker(...).work(...)` becomes a process.

SUITE_REDIS    the server where the suite keeps its jobs, as redis://127.0.0.1:6379
SUITE_WORKERS  the socket of worker-service.ts; RQ's own worker runs without it
"""

import inspect
import os
import re
import time

import rq.connections
from not_for_us import NOT_FOR_US
from redis import Redis
from redis.connection import Connection, parse_url

PLACE = parse_url(os.environ["SUITE_REDIS"])

_init = Connection.__init__


def _here(self, host="localhost", port=6379, **kwargs):
    """Tests say `Redis()` and redis://localhost:6379, and mean the server of the suite."""
    if host in ("localhost", "127.0.0.1") and int(port) == 6379:
        host, port = PLACE["host"], PLACE["port"]
    _init(self, host=host, port=port, **kwargs)


Connection.__init__ = _here


def _url(connection):
    db = connection.connection_pool.connection_kwargs.get("db") or 0
    return f"redis://{PLACE['host']}:{PLACE['port']}/{db}"


def _plain_kwargs(connection):
    """Tests send them as arguments, where no object of redis-py can be read by anybody else."""
    return {key: value for key, value in _kwargs(connection).items() if key in ("host", "port", "db")}


_kwargs = rq.connections.get_connection_kwargs
rq.connections.get_connection_kwargs = _plain_kwargs


from tests import fixtures  # noqa: E402 - which takes what is above


def _jobs_done(worker):
    counts = worker.connection.hmget(worker.key, "successful_job_count", "failed_job_count")
    return sum(int(count or 0) for count in counts)


def work(self, burst=False, *_args, max_jobs=None, **_kwargs):
    """As RQ's: runs until there is nothing left or it is told to stop; answers whether it did anything."""
    from worker_service import run_worker

    args = ["--rq-name", self.name, "-Q", ",".join(self.queue_names()), "--concurrency", "1"]
    args += ["--burst"] if burst else []
    args += [] if max_jobs is None else ["--max-jobs", str(max_jobs)]
    code = run_worker(args, {"RQ_REDIS_URL": _url(self.connection)})
    assert code == 0, f"the worker ended with {code}"
    return _jobs_done(self) > 0


def _when_it_works(send):
    """Commands that are sent a moment after the start must find a worker that hears them."""

    def later(worker_name, connection_kwargs, *_args, **_kwargs):
        redis = Redis(**connection_kwargs)
        key = f"rq:worker:{worker_name}"
        waits = send.__name__ == "_send_kill_horse_command"
        while not redis.pubsub_numsub(f"rq:pubsub:{worker_name}")[0][1] or (waits and not redis.hget(key, "current_job")):
            time.sleep(0.02)
        send(worker_name, connection_kwargs, delay=0.25)

    return later


def _once_it_runs(kill):
    """The horse is killed so long after it was born, and not after the test began."""

    def later(horse_pid_key, connection_kwargs, interval=1.5):
        redis = Redis(**connection_kwargs)
        while not redis.exists(horse_pid_key):
            time.sleep(0.02)
        kill(horse_pid_key, connection_kwargs, interval)

    return later


def pytest_configure():
    if "SUITE_WORKERS" not in os.environ:
        return
    from rq.worker.base import BaseWorker

    BaseWorker.work = work
    for name in ("_send_kill_horse_command", "_send_shutdown_command"):
        setattr(fixtures, name, _when_it_works(getattr(fixtures, name)))
    fixtures.kill_horse = _once_it_runs(fixtures.kill_horse)


STARTS_A_WORKER = re.compile(r"\.work\(|burst_two_workers|start_work")


def pytest_collection_modifyitems(config, items):
    """All that start a worker, but those that cannot hold for ours."""
    ours = {test for tests in NOT_FOR_US.values() for test in tests}
    starting = [item for item in items if STARTS_A_WORKER.search(inspect.getsource(item.function))]
    files = {item.nodeid.split("::")[0] for item in items}
    unknown = {test for test in ours if test.split("::")[0] in files} - {item.nodeid for item in starting}
    assert not unknown, f"there are no such tests: {sorted(unknown)}"
    chosen = [item for item in starting if item.nodeid not in ours]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen
