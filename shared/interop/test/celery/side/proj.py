"""The tasks of handlers.ts as a Python worker has them."""
import json
import os
import time

from celery import Celery

app = Celery('proj')
app.config_from_object(json.loads(os.environ['CONSOLE_CELERY']))


@app.task(name='proj.add')
def add(*numbers):
    return sum(numbers)


@app.task(name='proj.sleep')
def sleep(seconds):
    time.sleep(seconds)
    return seconds


@app.task(name='proj.total')
def total(numbers):
    return sum(numbers)
