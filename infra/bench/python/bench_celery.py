"""The Celery application that is measured, with its own settings but for where Redis is."""

import os

from celery import Celery

app = Celery("bench", broker=os.environ["BENCH_BROKER"], backend=os.environ["BENCH_BACKEND"])
app.conf.result_expires = 3600  # as the others keep theirs
app.conf.broker_connection_retry_on_startup = True


@app.task(name="bench.no_op")
def no_op(label):
    return "done"
