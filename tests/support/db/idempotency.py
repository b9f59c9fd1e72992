"""Commands, for tests that call a service directly."""

from __future__ import annotations

import itertools

from web.core.db.command import Answer, Command, Rotation

_numbers = itertools.count(1)


def new_command(url: str = "/espace/dossiers", digest: bytes = b"") -> Command:
    """Return a command that was not carried out yet, unless `digest` is that of another one."""
    digest = digest or next(_numbers).to_bytes(32)
    return Command(digest, Answer(url), "Appareil", "192.0.2.1", Rotation(b"", b""))
