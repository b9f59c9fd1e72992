"""Commands: what a POST asks, carried out once however often it is sent.

The claim is written in the transaction of the effect (`Database.once`), so that it exists exactly
when the effect does; a late copy waits for the first one's commit, then gets its answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from web.core.db.connection import Connection


@dataclass(frozen=True)
class Rotation:
    """The digests of a session's current and next tokens.

    The browser may miss the response that carried the next one, and send the same request again
    with the current one: each copy of a request derives the same next token, and nobody else can.
    """

    earlier: bytes
    newer: bytes


@dataclass(frozen=True)
class Answer:
    """The redirect that answers a command.

    `notice` is the code of a notice for the next page. `rotates`: the session continues under its
    next token (Rotation), which the browser gets with this answer.
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
