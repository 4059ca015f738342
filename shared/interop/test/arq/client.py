"""Runs a few statements against ARQ's own client; each show(value) is one line of JSON."""

import asyncio
import datetime
import decimal
import json
import os
import sys
import textwrap
import uuid

from arq import create_pool
from arq.connections import RedisSettings
from arq.jobs import Job

QUEUE = os.environ["ARQ_TEST_QUEUE"]


def show(value):
    print(json.dumps(value, default=repr), flush=True)


async def outcome(job, timeout=20):
    """What awaiting a job came to."""
    try:
        return await job.result(timeout=timeout, poll_delay=0.05)
    except BaseException as error:
        return f"{type(error).__module__}.{type(error).__name__}: {', '.join(map(str, error.args))}"


async def main():
    settings = RedisSettings.from_dsn(os.environ["ARQ_TEST_REDIS"])
    pool = await create_pool(settings, default_queue_name=QUEUE)
    names = {
        "pool": pool,
        "queue": QUEUE,
        "show": show,
        "outcome": outcome,
        "Job": Job,
        "asyncio": asyncio,
        "datetime": datetime,
        "decimal": decimal,
        "uuid": uuid,
        "settings": settings,
    }
    body = "async def statements():\n" + textwrap.indent(textwrap.dedent(sys.argv[1]), "    ")
    exec(body, names)
    await names["statements"]()


asyncio.run(main())
