"""What a Python worker that shares a queue with us can do."""

import asyncio
import os

from arq.connections import RedisSettings


async def add(ctx, a, b):
    return a + b


async def where(ctx, n):
    return f"python {n}"


async def slow(ctx, seconds):
    await asyncio.sleep(seconds)
    return "slept"


class WorkerSettings:
    functions = [add, where, slow]
    redis_settings = RedisSettings.from_dsn(os.environ["ARQ_TEST_REDIS"])
    queue_name = os.environ["ARQ_TEST_QUEUE"]
    poll_delay = 0.05
    job_timeout = 5
    allow_abort_jobs = True
