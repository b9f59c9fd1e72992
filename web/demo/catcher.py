"""A mail catcher that speaks SMTP on loopback and keeps each message as a file."""

from __future__ import annotations

import socket
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
ACCEPTED = "250 OK"


class _KeepMessages:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)  # noqa: S101 - decode_data is off
        # The name sorts by arrival; written aside first, so that readers see whole messages.
        name = f"{time.time_ns():020}.eml"
        partial = self._folder / f".{name}"
        partial.write_bytes(content)
        partial.rename(self._folder / name)
        return ACCEPTED


def start_catcher(folder: Path) -> Controller:
    """Start it in a thread of its own; `.port` says where, `.stop()` ends it."""
    folder.mkdir(parents=True, exist_ok=True)
    # aiosmtpd cannot pick a port itself: it connects to the one it was given to see it works.
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(_KeepMessages(folder), hostname=HOST, port=port)
    controller.start()
    return controller
