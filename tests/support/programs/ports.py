"""Free ports for the programs under test."""

from __future__ import annotations

import itertools
import os
import socket

# Below the ephemeral ports of Linux: an outgoing connection could take one of those between the
# moment it was found free and the moment a program listens on it.
FIRST, COUNT = 10_000, 20_000
# Test processes start at distant ports.
_offsets = itertools.count(os.getpid() * 1_009)


def free_port() -> int:
    """A port that nothing listens on, and that no other caller gets."""
    for offset in itertools.islice(_offsets, COUNT):
        port = FIRST + offset % COUNT
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise AssertionError("no port is free")
