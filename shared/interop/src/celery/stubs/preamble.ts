/** What every module of stubs begins with: how its functions are called through Celery. */
export const PREAMBLE = `"""Taskyard's tasks, for Python programs that use Celery.

Made by \`taskyard stubs --celery\`; make it again when contracts change, and do not edit it.

    from tasks import greet

    result = greet.delay("Ada")
    result.get(timeout=10)

Calls go through the current Celery app, whose broker is the one that Taskyard takes tasks from. Arguments
are checked before anything is sent.
"""

from __future__ import annotations

import inspect
import sys
from typing import (
    Any,
    Callable,
    Generic,
    Iterator,
    Literal,
    Mapping,
    Optional,
    Protocol,
    Sequence,
    TypedDict,
    TypeVar,
)

from celery import current_app, signature

if sys.version_info >= (3, 10):
    from typing import ParamSpec
else:
    from typing_extensions import ParamSpec

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Result(Protocol[R_co]):
    """What celery.result.AsyncResult is to its user."""

    id: str

    @property
    def state(self) -> str: ...

    @property
    def result(self) -> Any: ...

    def get(self, timeout: Optional[float] = None, propagate: bool = True) -> R_co: ...

    def ready(self) -> bool: ...

    def successful(self) -> bool: ...

    def failed(self) -> bool: ...

    def revoke(self, terminate: bool = False) -> None: ...

    def forget(self) -> None: ...

    def collect(self) -> Iterator[Any]: ...


class Task(Generic[P, R]):
    """A task of Taskyard: sent like one of Celery's own, run by Taskyard."""

    def __init__(self, name: str, queue: str, function: Callable[P, R]) -> None:
        self.name = name
        self.queue = queue
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__signature__ = inspect.signature(function)

    def delay(self, *args: P.args, **kwargs: P.kwargs) -> Result[R]:
        """Sends the task."""
        return self.apply_async(args, kwargs)

    def apply_async(
        self,
        args: Optional[Sequence[Any]] = None,
        kwargs: Optional[Mapping[str, Any]] = None,
        **options: Any,
    ) -> Result[R]:
        """Sends the task with options of Celery: countdown, eta, expires, priority, link and so on."""
        args, kwargs = tuple(args or ()), dict(kwargs or {})
        self.__signature__.bind(*args, **kwargs)
        options.setdefault("queue", self.queue)
        result: Result[R] = current_app.send_task(self.name, args, kwargs, **options)
        return result

    def s(self, *args: Any, **kwargs: Any) -> Any:
        """A signature, for chains, groups and chords; a step before may give the first arguments."""
        self.__signature__.bind_partial(*args, **kwargs)
        return signature(self.name, args=args, kwargs=kwargs, options={"queue": self.queue})

    def si(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        """A signature that takes nothing from the step before."""
        self.__signature__.bind(*args, **kwargs)
        return signature(
            self.name, args=args, kwargs=kwargs, options={"queue": self.queue}, immutable=True
        )


def _task(name: str, queue: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    def make(function: Callable[P, R]) -> Task[P, R]:
        return Task(name, queue, function)

    return make
`;
