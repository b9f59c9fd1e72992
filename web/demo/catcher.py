"""A mail catcher that speaks SMTP on loopback and keeps each message as a file."""

from __future__ import annotations

import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

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


def start_catcher(folder: Path, host: str = "127.0.0.1", port: int = 0) -> Controller:
    """Start it in a thread of its own; `.port` says where, `.stop()` ends it."""
    folder.mkdir(parents=True, exist_ok=True)
    controller = Controller(_KeepMessages(folder), hostname=host, port=port)
    controller.start()
    return controller
