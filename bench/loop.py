"""Delays of the event loop caused by this process alone.

On a shared machine the loop also waits for other programs to release the CPU. That time, as
reported by the kernel's scheduler, is subtracted; and since a wait for another of our threads
cannot exceed the CPU time that all of them used meanwhile, delays are capped at it.
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
    """A list that receives the delay, in ms, of each iteration of the running loop."""
    delays: list[float] = []
    ticking = asyncio.create_task(_tick(delays))
    try:
        yield delays
    finally:
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking


async def _tick(delays: list[float]) -> None:
    while True:
        waited, used, started = _seconds_waited_for_cpu(), time.process_time(), time.perf_counter()
        await asyncio.sleep(TICK_SECONDS)
        elapsed, used = time.perf_counter() - started, time.process_time() - used
        waited = _seconds_waited_for_cpu() - waited
        delays.append(max(0.0, min(elapsed - TICK_SECONDS - waited, used)) * 1000)


def _seconds_waited_for_cpu() -> float:
    """Return the seconds this thread has spent runnable but waiting; 0 where not available."""
    try:
        return int(SCHEDULED.read_text().split()[1]) / 1e9
    except OSError:
        return 0.0
