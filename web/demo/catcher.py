"""A mail catcher: an SMTP server on loopback that stores each message as a file."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
ACCEPTED = "250 OK"
READY_SECONDS = 30


class _KeepMessages:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)  # noqa: S101 - decode_data is off
        # Names sort by arrival; the rename is atomic, so that readers see whole messages.
        name = f"{time.time_ns():020}.eml"
        partial = self._folder / f".{name}"
        partial.write_bytes(content)
        partial.rename(self._folder / name)
        return ACCEPTED


class _Catcher(Controller):
    """A controller on a free port: aiosmtpd needs to know it, so it is bound beforehand."""

    def __init__(self, handler: _KeepMessages) -> None:
        self._socket = socket.create_server((HOST, 0))
        port = self._socket.getsockname()[1]
        super().__init__(handler, hostname=HOST, port=port, ready_timeout=READY_SECONDS)

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._socket)


def start_catcher(folder: Path) -> Controller:
    """Start the catcher in its own thread; `.port` is its port, `.stop()` ends it."""
    folder.mkdir(parents=True, exist_ok=True)
    # Links in the mails give access to accounts: keep them from other users, even in an old folder.
    folder.chmod(0o700)
    controller = _Catcher(_KeepMessages(folder))
    controller.start()
    return controller
