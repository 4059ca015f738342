"""Enqueues with ARQ, and waits for results as its clients do."""

import asyncio
import os
import time

from arq import create_pool
from arq.connections import RedisSettings

from measure import BULK, CONCURRENT, payload_of
from serve_commands import serve_commands

POLL_SECONDS = 0.001  # its default of 0.5 would be all that is measured
loop = asyncio.new_event_loop()
pool = loop.run_until_complete(create_pool(RedisSettings.from_dsn(os.environ["BENCH_BROKER"])))


def enqueue(queue, jobs, manner, payloadBytes):
    payload = payload_of(payloadBytes)
    at_once = {"sequential": 1, "concurrent": CONCURRENT, "bulk": BULK}[manner]
    one = lambda: pool.enqueue_job("no_op", _queue_name=queue, **payload)

    async def run():
        began = time.perf_counter()
        for sent in range(0, jobs, at_once):
            await asyncio.gather(*(one() for _ in range(min(at_once, jobs - sent))))
        return {"ms": (time.perf_counter() - began) * 1000}

    return loop.run_until_complete(run())


def round_trips(queue, jobs, payloadBytes):
    payload = payload_of(payloadBytes)

    async def run():
        took = []
        for _ in range(jobs):
            began = time.perf_counter()
            job = await pool.enqueue_job("no_op", _queue_name=queue, **payload)
            await job.result(timeout=30, poll_delay=POLL_SECONDS)
            took.append((time.perf_counter() - began) * 1000)
        return took

    return loop.run_until_complete(run())


serve_commands({"enqueue": enqueue, "roundTrips": round_trips})
