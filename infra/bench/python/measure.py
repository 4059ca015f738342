"""What every client measures, as the Node producers do: see src/peers/enqueue-in.ts and time-each.ts."""

import time
from concurrent.futures import ThreadPoolExecutor

CONCURRENT = 100
BULK = 1000


def payload_of(size):
    return {"label": "x" * max(size - len('{"label":""}'), 0)}


def elapsed_ms(work):
    began = time.perf_counter()
    work()
    return {"ms": (time.perf_counter() - began) * 1000}


def enqueue_in(manner, jobs, one, many):
    """`one()` enqueues one job, `many(count)` so many with the library's own call for it."""
    if manner == "sequential":
        return elapsed_ms(lambda: [one() for _ in range(jobs)])
    if manner == "bulk":
        sizes = [min(BULK, jobs - sent) for sent in range(0, jobs, BULK)]
        return elapsed_ms(lambda: [many(size) for size in sizes])
    with ThreadPoolExecutor(CONCURRENT) as pool:
        return elapsed_ms(lambda: list(pool.map(lambda _: one(), range(jobs))))


def time_each(count, call):
    return [elapsed_ms(call)["ms"] for _ in range(count)]
