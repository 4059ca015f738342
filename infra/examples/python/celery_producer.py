"""Sends a task with Celery, as if Celery's own workers ran it, and waits for its result.

CELERY_BROKER_URL and CELERY_RESULT_BACKEND are those that the bridge is told too, and the queue one of
its CELERY_QUEUES.
"""

import os

from celery import Celery

app = Celery(
    broker=os.environ["CELERY_BROKER_URL"], backend=os.environ["CELERY_RESULT_BACKEND"]
)

# No code of the task is needed here: it is known by its name. `taskyard stubs --celery` makes a module
# with a typed function for each.
drawing = app.send_task(
    "workers.svg_tasks.generate_svg",
    kwargs={"width": 100, "height": 60, "pattern_type": "spiral", "filename": "celery.svg"},
    queue="celery",
)
made = drawing.get(timeout=60)
print(f"{made['filename']}: {made['paths']} path")

# What does not fit is an exception, as with a function of one's own.
try:
    app.send_task("workers.svg_tasks.generate_svg", kwargs={"wide": 100}).get(timeout=60)
except TypeError as error:
    print(error)
