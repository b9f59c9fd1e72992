"""Watchdog that ends a process whose event loop is blocked, so that it is replaced.

A loop blocked for ever inside a library that holds the GIL runs nothing: no signal handler, no
timeout, no other thread. Granian has deadlocked in this way when stopping a process whose parent
was dead. The watchdog must need neither the loop nor the GIL: faulthandler's timer is a C thread.
"""

from __future__ import annotations

import asyncio
import faulthandler
import sys

# Longer than the grace period of a stop (10 s).
STANDSTILL_SECONDS = 15.0
LOOKS = 5


async def run_watchdog(seconds: float = STANDSTILL_SECONDS) -> None:
    """Keep postponing the watchdog while the event loop runs; to be run as a task.

    Once the loop has been blocked for `seconds`, each thread's stack (function names, no values) is
    written to stderr and the process exits with status 1. Cancelling the task leaves the timer
    running: stopping may take no longer either. A regular exit cancels the timer.
    """
    while True:
        faulthandler.dump_traceback_later(seconds, exit=True, file=sys.__stderr__ or sys.stderr)
        await asyncio.sleep(seconds / LOOKS)
