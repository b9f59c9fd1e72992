"""Silent connections, and their closing by the other side."""

from __future__ import annotations

import select
import socket
import time


def all_closed(connections: list[socket.socket], seconds: float) -> bool:
    """Return whether the other side closes each of them in time."""
    watch = select.epoll()
    for connection in connections:
        watch.register(connection, select.EPOLLRDHUP)
    open_ones, deadline = len(connections), time.monotonic() + seconds
    while open_ones and time.monotonic() < deadline:
        for descriptor, _ in watch.poll(1):
            watch.unregister(descriptor)
            open_ones -= 1
    watch.close()
    return open_ones == 0
