"""The tasks of a real Python worker."""

import os

from celery import Celery

app = Celery("lab", broker=os.environ["LAB_BROKER"], backend=os.environ["LAB_RESULTS"])
app.conf.result_expires = 3600
app.conf.worker_send_task_events = False
app.conf.broker_connection_retry_on_startup = True
if os.environ.get("LAB_UNORDERED"):
    app.conf.result_backend_transport_options = {"result_chord_ordered": False}


@app.task(name="lab.add")
def add(x, y):
    return x + y


@app.task(name="lab.tsum")
def tsum(numbers):
    return sum(numbers)


@app.task(name="lab.identity")
def identity(value):
    return value


@app.task(name="lab.fail")
def fail():
    raise ValueError("boom", 42)


@app.task(name="lab.kinds")
def kinds(*args, **kwargs):
    shown = {key: type(value).__name__ for key, value in kwargs.items()}
    return [[type(value).__name__ for value in args], shown]


@app.task(name="lab.request", bind=True)
def request(self):
    mine = self.request
    return {
        "headers": mine.headers,
        "retries": mine.retries,
        "priority": mine.delivery_info["priority"],
        "timelimit": list(mine.timelimit),
        "root": mine.root_id == mine.id,
    }
