"""Work in the background, for whose end a response waits a moment at most."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

import structlog

from web.core.db.database import DatabaseUnavailableError

log = structlog.get_logger("background")


class Background:
    """Tasks that go on after the requests that started them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, work: Coroutine[None, None, None], seconds: float) -> None:
        """Run `work` to its end in a task of its own; return then, or after `seconds`.

        Unlike a timeout, this cancels nothing: a statement to a silent database ends late even so.
        An unavailable database is ignored, any other error is logged.
        """
        task = asyncio.create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.wait({task}, timeout=seconds)


async def _logged(work: Coroutine[None, None, None]) -> None:
    try:
        await work
    except DatabaseUnavailableError:
        pass
    except Exception as error:
        log.error("background work failed", error=type(error).__qualname__)
