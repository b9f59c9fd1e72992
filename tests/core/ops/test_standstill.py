"""A process with a blocked event loop exits, whatever blocks it."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

# C `sleep`, called with the interpreter's lock held, then without it.
_PROGRAM = """
import asyncio, ctypes
from web.core.ops.watchdog import run_watchdog

async def main():
    watching = asyncio.create_task(run_watchdog({seconds}))
    await asyncio.sleep({busy})
    {then}
    ctypes.{library}(None).sleep({blocked})

asyncio.run(main())
"""


async def _run(**words: object) -> tuple[int | None, str]:
    # The timer of faulthandler waits on a clock that libfaketime does not follow; it is about
    # seconds that pass, whatever the day.
    real_clock = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _PROGRAM.format(**words),
        stderr=asyncio.subprocess.PIPE,
        env=real_clock,
    )
    _, errors = await program.communicate()
    return program.returncode, errors.decode()


@pytest.mark.parametrize("library", ["PyDLL", "CDLL"])
@pytest.mark.parametrize("then", ["pass", "watching.cancel()"])
async def test_a_process_that_stands_still_ends_and_says_where(library: str, then: str) -> None:
    status, errors = await _run(seconds=0.5, busy=0, then=then, library=library, blocked=60)

    assert status == 1
    assert "Timeout" in errors
    assert "in main" in errors


async def test_a_process_goes_on_while_its_event_loop_runs() -> None:
    status, errors = await _run(seconds=2, busy=3, then="pass", library="CDLL", blocked=0)

    assert (status, errors) == (0, "")
