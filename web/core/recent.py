"""A short-lived cache that shares computations in progress."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """Cache of `most` results for `seconds`; concurrent callers share one computation."""

    def __init__(self, *, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._most = most
        self._results: dict[Hashable, asyncio.Task[T]] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """Return the result of `make`, computed once for all callers; exceptions are not cached.

        The computation continues when a caller is cancelled.
        """
        task = self._results.get(key)
        if task is None:
            task = asyncio.ensure_future(_as_coroutine(make))
            self._results[key] = task
            task.add_done_callback(lambda done: self._keep(key, done))
        return await asyncio.shield(task)

    def _keep(self, key: Hashable, done: asyncio.Task[T]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._forget(key, done)
            return
        asyncio.get_running_loop().call_later(self._seconds, self._forget, key, done)
        finished = [old for old, task in self._results.items() if task.done()]
        for old in finished[: len(finished) - self._most]:
            del self._results[old]

    def _forget(self, key: Hashable, done: asyncio.Task[T]) -> None:
        if self._results.get(key) is done:
            del self._results[key]


async def _as_coroutine(make: Callable[[], Awaitable[T]]) -> T:
    return await make()
