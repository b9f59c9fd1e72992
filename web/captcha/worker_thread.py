"""A single worker thread that makes pictures and sounds, outside the event loop.

The GIL is released only in a few calls into C: a second thread would add little throughput, and the
event loop would compete with both: with fifty concurrent requests its longest wait was twice as
long (`bench/captcha.py` measures it). The switch interval is 1 ms instead of 5 ms, so that the
loop gets the GIL back sooner.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from web.core.runtime import Runtime

_SWITCH_SECONDS = 0.001

_thread = ThreadPoolExecutor(
    1, thread_name_prefix="captcha", initializer=sys.setswitchinterval, initargs=(_SWITCH_SECONDS,)
)


async def run_in_thread(runtime: Runtime, function: Callable[..., bytes], *args: Any) -> bytes:
    """Run `function` in the thread and return its bytes. Raises BusyError."""
    return await runtime.drawing.run(_thread, function, *args)


async def run_once(
    runtime: Runtime, key: tuple[str, bytes], function: Callable[..., bytes], *args: Any
) -> bytes:
    """Do the same, once for all requests for `key` within a few seconds."""
    return await runtime.drawn.get(key, lambda: run_in_thread(runtime, function, *args))
