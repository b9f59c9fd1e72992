"""End a process whose event loop stands still, so that another takes its place.

A loop that waits for ever inside a library, with the interpreter's lock held, runs nothing: no
signal handler, no timeout, no other thread. Granian has deadlocked so when it stopped a process
whose parent was gone. What ends such a process must need neither the loop nor the lock:
faulthandler's timer is a thread in C.
"""

from __future__ import annotations

import asyncio
import faulthandler
import sys

# Longer than a stop gives to what is in flight (10 s).
STANDSTILL_SECONDS = 15.0
LOOKS = 5


async def end_at_standstill(seconds: float = STANDSTILL_SECONDS) -> None:
    """Push the end of this process back while the event loop runs; to be run as a task.

    Once the loop has not run for `seconds`, each thread's stack (names of functions, no values) is
    written to standard error and the process exits with status 1. Cancelled, the task leaves the
    timer as it is: stopping may take no longer either. A regular exit takes the timer away.
    """
    while True:
        faulthandler.dump_traceback_later(seconds, exit=True, file=sys.__stderr__ or sys.stderr)
        await asyncio.sleep(seconds / LOOKS)
