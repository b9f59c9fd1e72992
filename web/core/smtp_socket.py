"""A connected socket to a host that has several addresses, some of which may be dead."""

from __future__ import annotations

import asyncio
import socket
from asyncio.staggered import staggered_race
from collections.abc import Collection
from functools import partial
from typing import Any

# How long one address is waited for before the next one is tried beside it.
NEXT_ADDRESS_SECONDS = 1.0


async def open_socket(host: str, port: int, doubtful: Collection[Any] = ()) -> socket.socket:
    """Connect to the first address that answers: a dead one delays the others, no more.

    `doubtful` are addresses (of sockets) to try last. This is what asyncio does for
    `happy_eyeballs_delay`, which aiosmtplib does not pass on. Raises OSError.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    found.sort(key=lambda one: one[4] in doubtful)
    winner, _, errors = await staggered_race(
        [partial(_connect, *one) for one in found], NEXT_ADDRESS_SECONDS
    )
    if not isinstance(winner, socket.socket):
        raise next((error for error in errors if isinstance(error, OSError)), OSError())
    return winner


async def _connect(
    family: int, kind: int, protocol: int, _name: str, address: Any
) -> socket.socket:
    one = socket.socket(family, kind, protocol)
    try:
        one.setblocking(False)
        await asyncio.get_running_loop().sock_connect(one, address)
    except BaseException:
        one.close()
        raise
    return one
