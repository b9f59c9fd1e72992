"""Idempotency: a POST takes effect once, however often it is sent.

Each form carries a random idempotency key. A request is identified by that key and its content:
the same key with other content (a page from the browser's cache, changed and sent again) is another
request. The claim is written in the transaction of the effect (`Database.once`), so that it exists
exactly when the effect does; a late copy waits for the first one's commit, then gets its answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.datastructures import FormData

from web.core.http.browser.csrf import CSRF_FIELD
from web.core.http.browser.session_rotation import Rotation

if TYPE_CHECKING:
    from web.core.db.database import Connection

KEY_FIELD = "key"


@dataclass(frozen=True)
class Answer:
    """The redirect that answers a command.

    `notice` is the code of a notice for the next page. `rotates`: the session continues under its
    next token (web.core.http.browser.session_rotation), which the browser gets with this answer.
    """

    url: str
    notice: str = ""
    rotates: bool = False


@dataclass(frozen=True)
class Command:
    """The command that a POST gives, to be carried out once.

    `digest` is the same for each copy of the request, and for no other request. `device` is the
    kind of device that sent it and `address` the network address that it counts against.
    """

    digest: bytes
    answer: Answer
    device: str
    address: str
    rotation: Rotation


class AlreadyDoneError(Exception):
    """An earlier copy of the request was carried out; its answer is also that of this copy."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("already done")
        self.answer = answer


def request_fingerprint(path: str, form: FormData) -> str:
    """Return a POST's fingerprint: its path and fields, with the idempotency key, without CSRF."""
    fields = sorted(form.multi_items())
    return "\x00".join([path, *(f"{name}={value}" for name, value in fields if name != CSRF_FIELD)])


async def claim(connection: Connection, command: Command) -> None:
    """Claim the command, within the transaction of its effect. Raises AlreadyDoneError."""
    answer = command.answer
    claimed = await connection.fetchval(
        """
        INSERT INTO carried_out (key_digest, outcome, notice, rotates) VALUES ($1, $2, $3, $4)
        ON CONFLICT (key_digest) DO NOTHING RETURNING true
        """,
        command.digest,
        answer.url,
        answer.notice,
        answer.rotates,
    )
    if not claimed:
        await check_not_done(connection, command.digest)


async def check_not_done(connection: Connection, digest: bytes) -> None:
    """Check that no copy of the request was carried out yet. Raises AlreadyDoneError."""
    row = await connection.fetchrow(
        "SELECT outcome AS url, notice, rotates FROM carried_out WHERE key_digest = $1", digest
    )
    if row is not None:
        raise AlreadyDoneError(Answer(**row))
