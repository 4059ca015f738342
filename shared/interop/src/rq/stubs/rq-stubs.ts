import type { AnyTask } from '@shared/contracts';
import { pythonStubs } from '../../celery/stubs/celery-stubs.ts';

/**
 * A Python module with a typed function for every task: programs that use RQ import it instead of the
 * tasks' own code, get completion and checks, and enqueue to us.
 */
export const rqStubs = (tasks: readonly AnyTask[]): string =>
  pythonStubs(tasks, { preamble: PREAMBLE, names: RESERVED });

/** Names of the preamble. */
const RESERVED =
  'Any Callable Generic Literal Mapping Optional Sequence TypedDict TypeVar ParamSpec P R Task Job Queue ' +
  'Redis connect connection inspect sys annotations';

const PREAMBLE = `"""Taskyard's tasks, for Python programs that use RQ.

Made by \`taskyard stubs --rq\`; make it again when contracts change, and do not edit it.

    from redis import Redis
    from tasks import connect, greet

    connect(Redis())
    job = greet.delay("Ada")
    job.latest_result(timeout=10).return_value

Arguments are checked before anything is sent.
"""

from __future__ import annotations

import inspect
import sys
from typing import (
    Any,
    Callable,
    Generic,
    Literal,
    Mapping,
    Optional,
    Sequence,
    TypedDict,
    TypeVar,
)

from redis import Redis
from rq import Queue
from rq.job import Job

if sys.version_info >= (3, 10):
    from typing import ParamSpec
else:
    from typing_extensions import ParamSpec

P = ParamSpec("P")
R = TypeVar("R")

connection: Optional[Redis] = None


def connect(redis: Redis) -> None:
    """Says where Taskyard takes RQ's jobs from."""
    global connection
    connection = redis


class Task(Generic[P, R]):
    """A task of Taskyard: enqueued like a function, run by Taskyard."""

    def __init__(self, name: str, queue: str, function: Callable[P, R]) -> None:
        self.name = name
        self.queue = queue
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__signature__ = inspect.signature(function)

    def delay(self, *args: P.args, **kwargs: P.kwargs) -> Job:
        """Enqueues the task."""
        return self.enqueue(args, kwargs)

    def enqueue(
        self,
        args: Optional[Sequence[Any]] = None,
        kwargs: Optional[Mapping[str, Any]] = None,
        queue: str = "default",
        **options: Any,
    ) -> Job:
        """Enqueues the task with options of enqueue_call: timeout, retry, depends_on, meta and so on.

        The queue is RQ's, one of those that Taskyard takes jobs from.
        """
        args, kwargs = tuple(args or ()), dict(kwargs or {})
        self.__signature__.bind(*args, **kwargs)
        if connection is None:
            raise RuntimeError("Say where: connect(Redis())")
        target = Queue(queue, connection=connection)
        return target.enqueue_call(self.name, args=args, kwargs=kwargs, **options)


def _task(name: str, queue: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    def make(function: Callable[P, R]) -> Task[P, R]:
        return Task(name, queue, function)

    return make
`;
