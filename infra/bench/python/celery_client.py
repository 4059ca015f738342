"""Enqueues with Celery, and waits for results as its clients do."""

from celery import group

from bench_celery import no_op
from measure import enqueue_in, payload_of, time_each
from serve_commands import serve_commands


def enqueue(queue, jobs, manner, payloadBytes):
    payload = payload_of(payloadBytes)
    one = lambda: no_op.apply_async(kwargs=payload, queue=queue)
    many = lambda count: group(no_op.s(**payload) for _ in range(count)).apply_async(queue=queue)
    return enqueue_in(manner, jobs, one, many)


def round_trips(queue, jobs, payloadBytes):
    payload = payload_of(payloadBytes)
    return time_each(jobs, lambda: no_op.apply_async(kwargs=payload, queue=queue).get(timeout=30))


serve_commands({"enqueue": enqueue, "roundTrips": round_trips})
