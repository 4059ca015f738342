import type { AnyTask } from '@shared/contracts';
import { pythonStubs } from '../../celery/stubs/celery-stubs.ts';

/**
 * A Python module with a typed function for every task: programs that use ARQ call them with their pool, get
 * completion and checks, and enqueue to us.
 */
export const arqStubs = (tasks: readonly AnyTask[]): string =>
  pythonStubs(tasks, { preamble: PREAMBLE, names: RESERVED });

/** Names of the preamble. */
const RESERVED =
  'Any Callable Generic Literal Mapping Optional Sequence TypedDict TypeVar ParamSpec P R Task Job ' +
  'ArqRedis inspect sys annotations';

const PREAMBLE = `"""Taskyard's tasks, for Python programs that use ARQ.

Made by \`taskyard stubs --arq\`; make it again when contracts change, and do not edit it.

    from arq import create_pool
    from tasks import greet

    pool = await create_pool()
    job = await greet.enqueue(pool, "Ada")
    await job.result(timeout=10)

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

from arq import ArqRedis
from arq.jobs import Job

if sys.version_info >= (3, 10):
    from typing import ParamSpec
else:
    from typing_extensions import ParamSpec

P = ParamSpec("P")
R = TypeVar("R")


class Task(Generic[P, R]):
    """A task of Taskyard: enqueued by name, run by Taskyard."""

    def __init__(self, name: str, queue: str, function: Callable[P, R]) -> None:
        self.name = name
        self.queue = queue
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__signature__ = inspect.signature(function)

    async def enqueue(self, pool: ArqRedis, *args: P.args, **kwargs: P.kwargs) -> Optional[Job]:
        """Enqueues the task on the pool's queue."""
        return await self.enqueue_with(pool, args, kwargs)

    async def enqueue_with(
        self,
        pool: ArqRedis,
        args: Optional[Sequence[Any]] = None,
        kwargs: Optional[Mapping[str, Any]] = None,
        **options: Any,
    ) -> Optional[Job]:
        """Enqueues the task with options of enqueue_job: _job_id, _defer_by, _expires and so on.

        None if there is a job of that id already.
        """
        args, kwargs = tuple(args or ()), dict(kwargs or {})
        self.__signature__.bind(*args, **kwargs)
        return await pool.enqueue_job(self.name, *args, **kwargs, **options)


def _task(name: str, queue: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    def make(function: Callable[P, R]) -> Task[P, R]:
        return Task(name, queue, function)

    return make
`;
