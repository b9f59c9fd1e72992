"""Completion of work although its task is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


async def uninterrupted(work: Coroutine[None, None, T]) -> T:
    """Run `work` to its end even when the queue, on losing its connection, cancels its jobs.

    A mail cancelled between the SMTP server's 250 and our record of it would be sent twice.
    """
    task = asyncio.create_task(work)
    while True:
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise
