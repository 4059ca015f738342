"""The tasks of shop.ts as a Python worker has them, and what its command line is given."""
import json
import os
import time

from celery import Celery
from celery.exceptions import Ignore, Reject

app = Celery('shop')
app.config_from_object(json.loads(os.environ['SHOP_CELERY']))


@app.task(name='shop.add')
def add(*numbers):
    return sum(numbers)


@app.task(name='shop.fail')
def fail(text):
    raise ValueError(text)


@app.task(name='shop.ignore')
def ignore():
    raise Ignore()


@app.task(name='shop.requeue', bind=True, acks_late=True)
def requeue(self):
    if self.request.delivery_info.get('redelivered'):
        return 'taken again'
    raise Reject('not now', requeue=True)


@app.task(name='shop.retry', bind=True)
def retry(self):
    if self.request.retries == 0:
        raise self.retry(countdown=0.1)
    return self.request.retries


@app.task(name='shop.sleep')
def sleep(seconds, note=None):
    time.sleep(seconds)
    return seconds
