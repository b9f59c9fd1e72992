"""How long the event loop is kept waiting by what this process does.

A shared machine also makes it wait for reasons that are none of the process's: another program has
the core. Those are taken out: by what the kernel says the thread waited for a core, and since no
wait for another of our threads is longer than the processor time that all of them used meanwhile.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

TICK_SECONDS = 0.001
SCHEDULED = Path("/proc/thread-self/schedstat")


@asynccontextmanager
async def watched_loop() -> AsyncIterator[list[float]]:
    """The milliseconds that each turn of the running loop came late, complete at the end."""
    late: list[float] = []
    ticking = asyncio.create_task(_tick(late))
    try:
        yield late
    finally:
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking


async def _tick(late: list[float]) -> None:
    while True:
        queued, used, started = _waited_for_a_core(), time.process_time(), time.perf_counter()
        await asyncio.sleep(TICK_SECONDS)
        elapsed, used = time.perf_counter() - started, time.process_time() - used
        queued = _waited_for_a_core() - queued
        late.append(max(0.0, min(elapsed - TICK_SECONDS - queued, used)) * 1000)


def _waited_for_a_core() -> float:
    """Seconds this thread was ready and not run, since it started; 0 where nobody counts them."""
    try:
        return int(SCHEDULED.read_text().split()[1]) / 1e9
    except OSError:
        return 0.0
