"""Enqueues with RQ, and waits for results as its clients do."""

import os

from redis import Redis
from rq import Queue

from measure import enqueue_in, payload_of, time_each
from serve_commands import serve_commands

RESULT_TTL = 3600  # as the others keep theirs
connection = Redis.from_url(os.environ["BENCH_BROKER"])


def enqueue(queue, jobs, manner, payloadBytes):
    target, payload = Queue(queue, connection=connection), payload_of(payloadBytes)
    one = lambda: target.enqueue("bench_rq.no_op", result_ttl=RESULT_TTL, kwargs=payload)
    prepared = lambda: Queue.prepare_data("bench_rq.no_op", kwargs=payload, result_ttl=RESULT_TTL)
    many = lambda count: target.enqueue_many([prepared() for _ in range(count)])
    return enqueue_in(manner, jobs, one, many)


def round_trips(queue, jobs, payloadBytes):
    target, payload = Queue(queue, connection=connection), payload_of(payloadBytes)

    def one():
        job = target.enqueue("bench_rq.no_op", result_ttl=RESULT_TTL, kwargs=payload)
        if job.latest_result(timeout=30).return_value != "done":
            raise RuntimeError("the job brought no result")

    return time_each(jobs, one)


serve_commands({"enqueue": enqueue, "roundTrips": round_trips})
