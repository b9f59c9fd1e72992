"""Where pictures and sounds are made: beside the event loop, one at a time.

Python runs one thread at a time but for a few calls into C. A second thread here would make little
more in a second, and the event loop would wait its turn behind both: under fifty requests at once
its longest wait was twice as long (`bench/captcha.py` measures it). The loop asks for its turn
after one millisecond, not the usual five.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

MOST_WAITING = 64
RETRY_SECONDS = 2
_TURN_SECONDS = 0.001

_thread = ThreadPoolExecutor(
    1, thread_name_prefix="captcha", initializer=sys.setswitchinterval, initargs=(_TURN_SECONDS,)
)
_waiting = 0


class CaptchaOverloadedError(Exception):
    """Too many pictures and sounds are waiting to be made."""


async def make(how: Callable[..., bytes], *given: Any) -> bytes:
    """The picture or the sound that `how` makes. Raises CaptchaOverloadedError."""
    global _waiting
    if _waiting >= MOST_WAITING:
        raise CaptchaOverloadedError
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_thread, how, *given)
    finally:
        _waiting -= 1
