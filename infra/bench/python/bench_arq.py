"""The ARQ worker that is measured, with its own settings but for those that the bench names."""

import os

from arq.connections import RedisSettings


async def no_op(ctx, label):
    return "done"


class WorkerSettings:
    functions = [no_op]
    redis_settings = RedisSettings.from_dsn(os.environ["BENCH_BROKER"])
    queue_name = os.environ.get("BENCH_QUEUE", "arq:queue")
    max_jobs = int(os.environ.get("BENCH_MAX_JOBS", "10"))
    poll_delay = float(os.environ.get("BENCH_POLL_DELAY", "0.5"))
    log_results = False
