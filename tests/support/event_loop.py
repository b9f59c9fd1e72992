"""Waiting in the test's own event loop, without a delay."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(holds: Callable[[], bool]) -> None:
    """Yield to the other tasks until `holds()` is true; raise TimeoutError after a minute."""
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0)


async def settle() -> None:
    """Run the other tasks until each of them is blocked."""
    for _ in range(20):
        await asyncio.sleep(0)
