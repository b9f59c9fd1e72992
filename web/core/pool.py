"""A bounded pool of threads, shared fairly between requesters."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from web.core.fair_queue import BusyError, FairQueue

T = TypeVar("T")


class Pool(FairQueue):
    """A fair queue for the threads that do its `work`; they start when first needed.

    `initializer` runs at the start of each thread, named `thread_name`.
    """

    def __init__(
        self,
        work: str,
        *,
        threads: int,
        waiting: int,
        retry_after: int,
        thread_name: str,
        initializer: Callable[[], object],
        refusal: type[BusyError] = BusyError,
    ) -> None:
        super().__init__(
            work, at_once=threads, waiting=waiting, retry_after=retry_after, refusal=refusal
        )
        self._executor = ThreadPoolExecutor(
            threads, thread_name_prefix=thread_name, initializer=initializer
        )

    async def run(
        self, function: Callable[..., T], *arguments: Any, before: Callable[[], None] | None = None
    ) -> T:
        """Run a function in a thread once one is free. Raises BusyError.

        `before` is called first, on the event loop; what it raises gives the thread back.
        """
        async with self.slot() as slot:
            if before is not None:
                before()
            return await slot.run(self._executor, function, *arguments)

    def close(self) -> None:
        """Stop the threads, once they have finished what they run."""
        self._executor.shutdown(wait=False, cancel_futures=True)
