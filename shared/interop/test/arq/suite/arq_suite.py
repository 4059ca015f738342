"""A pytest plugin that runs ARQ's own test suite with another worker: `await worker.main()` becomes a process.

SUITE_REDIS    the server where the suite keeps its jobs, as redis://127.0.0.1:6379
SUITE_WORKERS  the socket of worker-service.ts
"""

import asyncio
import os
import pickle
import sys
import types
from urllib.parse import urlsplit

import pytest

PLACE = urlsplit(os.environ["SUITE_REDIS"])


class RedisContainer:
    """What the suite starts a container for."""

    port = PLACE.port

    def __init__(self, *_args, **_kwargs):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    def get_container_host_ip(self):
        return PLACE.hostname

    def get_exposed_port(self, port):
        return port


containers = types.ModuleType("testcontainers.redis")
containers.RedisContainer = RedisContainer
sys.modules["testcontainers"] = types.ModuleType("testcontainers")
sys.modules["testcontainers.redis"] = containers

# The suite's functions stand in its tests: tasks.ts has those of the test that runs.
running = {"test": ""}


async def _outcomes(worker):
    """Whether each job that has a result succeeded, by the job's key."""
    read = worker.job_deserializer or pickle.loads
    keys = await worker.pool.keys("arq:result:*")
    return {key: read(await worker.pool.get(key))["s"] for key in keys}


async def main(self):
    """As ARQ's, in burst mode; counts what has a result by then."""
    from arq.connections import create_pool
    from worker_service import run_worker

    if self._pool is None:
        self._pool = await create_pool(self.redis_settings, default_queue_name=self.queue_name)
    before = set(await self.pool.keys("arq:result:*"))
    args = ["--arq-queue", self.queue_name, "-Q", "arq", "--burst"]
    env = {
        "ARQ_REDIS_URL": os.environ["SUITE_REDIS"],
        "ARQ_SERIALIZER": "msgpack" if self.job_serializer else "pickle",
        "ARQ_QUEUE": self.queue_name,
        "SUITE_TEST": running["test"],
    }
    code = await asyncio.to_thread(run_worker, args, env)
    assert code == 0, f"the worker ended with {code}"
    ended = {key: success for key, success in (await _outcomes(self)).items() if key not in before}
    self.jobs_complete += sum(ended.values())
    self.jobs_failed += len(ended) - sum(ended.values())


def pytest_configure():
    from arq.worker import Worker

    Worker.main = main


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    running["test"] = item.name.split("[")[0]
