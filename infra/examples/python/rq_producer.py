"""Enqueues with RQ, as if RQ's own workers ran it, and waits for the result.

RQ_REDIS_URL is what the bridge is told too, and the queue one of its RQ_QUEUES.
"""

import os

from redis import Redis
from rq import Queue

queue = Queue("analytics", connection=Redis.from_url(os.environ["RQ_REDIS_URL"]))

job = queue.enqueue(
    "backend_app.core.rq_tasks.track_user_event_job",
    user_id=1,
    event_type="job_view",
    event_data={"job_id": 3, "job_title": "Analyst of engines"},
)
result = job.latest_result(timeout=60)
print(f"{result.type.name.lower()}: {result.return_value}")
