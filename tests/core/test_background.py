"""Work that goes on after the response."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from web.core.background import Background
from web.core.db.database import DatabaseUnavailableError


async def fail(error: Exception) -> None:
    raise error


async def test_an_error_is_logged_without_its_message() -> None:
    with capture_logs() as logs:
        await Background().run(fail(ValueError("2850599990001")), 1)

    [line] = logs
    assert (line["event"], line["error"]) == ("background work failed", "ValueError")
    assert "2850599990001" not in str(line)


async def test_an_unavailable_database_is_not_logged_again() -> None:
    with capture_logs() as logs:
        await Background().run(fail(DatabaseUnavailableError("down")), 1)

    assert logs == []


async def test_work_goes_on_after_the_wait() -> None:
    go_on, done = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await go_on.wait()
        done.set()

    await Background().run(work(), 0)
    assert not done.is_set()
    go_on.set()
    await asyncio.wait_for(done.wait(), 5)
