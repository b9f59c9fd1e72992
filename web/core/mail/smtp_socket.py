"""Happy Eyeballs: connecting to a host some of whose addresses may be dead."""

from __future__ import annotations

import asyncio
import socket
from asyncio.staggered import staggered_race
from collections.abc import Collection
from functools import partial
from typing import Any

# Delay before the next address is tried concurrently.
NEXT_ADDRESS_SECONDS = 1.0


async def open_socket(host: str, port: int, doubtful: Collection[Any] = ()) -> socket.socket:
    """Connect to the first address that answers; a dead one only delays the others.

    `doubtful` are socket addresses to try last. This is what asyncio does for
    `happy_eyeballs_delay`, which aiosmtplib does not pass on. Raises OSError.
    """
    loop = asyncio.get_running_loop()
    infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    infos.sort(key=lambda sock: sock[4] in doubtful)
    winner, _, errors = await staggered_race(
        [partial(_connect, *sock) for sock in infos], NEXT_ADDRESS_SECONDS
    )
    if not isinstance(winner, socket.socket):
        raise next((error for error in errors if isinstance(error, OSError)), OSError())
    return winner


async def _connect(
    family: int, kind: int, protocol: int, _name: str, address: Any
) -> socket.socket:
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, address)
    except BaseException:
        sock.close()
        raise
    return sock
