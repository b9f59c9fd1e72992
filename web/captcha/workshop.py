"""Where pictures and sounds are made: beside the event loop, one at a time, in turns.

Python runs one thread at a time but for a few calls into C. A second thread here would make little
more in a second, and the event loop would wait its turn behind both: under fifty requests at once
its longest wait was twice as long (`bench/captcha.py` measures it). The loop asks for its turn
after one millisecond, not the usual five.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from web.core.runtime import Runtime

_TURN_SECONDS = 0.001

_thread = ThreadPoolExecutor(
    1, thread_name_prefix="captcha", initializer=sys.setswitchinterval, initargs=(_TURN_SECONDS,)
)


async def make(runtime: Runtime, how: Callable[..., bytes], *given: Any) -> bytes:
    """The picture or the sound that `how` makes. Raises BusyError."""
    return await runtime.drawing.run(_thread, how, *given)


async def make_once(
    runtime: Runtime, key: tuple[str, bytes], how: Callable[..., bytes], *given: Any
) -> bytes:
    """The same, made once for all who ask for `key` within a few seconds."""
    return await runtime.drawn.get(key, lambda: make(runtime, how, *given))
