"""Enqueues with ARQ, as if ARQ's own workers ran it, and waits for the result.

ARQ_REDIS_URL is what the bridge is told too, and the queue one of its ARQ_QUEUES.
"""

import asyncio
import os

from arq import create_pool
from arq.connections import RedisSettings


async def main():
    pool = await create_pool(RedisSettings.from_dsn(os.environ["ARQ_REDIS_URL"]))
    size = {"width": 100, "height": 60}
    job = await pool.enqueue_job(
        "workers.svg_tasks.generate_svg", **size, pattern_type="grid", filename="arq.svg", _job_id="arq-1"
    )
    # One id, one job: a second one is not enqueued.
    again = await pool.enqueue_job("workers.svg_tasks.generate_svg", _job_id="arq-1")
    made = await job.result(timeout=60, poll_delay=0.1)
    print(f"{made['filename']}: {made['bytes'] > 0}, enqueued again: {again is not None}")


asyncio.run(main())
