"""The account that an identifier names, found by the statement that counts the attempt."""

from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import ClassVar, Generic, Self
from uuid import UUID

from web.auth.kinds import AnyOwner
from web.auth.login.attempt_limits import PossibleHit
from web.core.crypto.vault import Vault
from web.core.db.connection import Connection, Record
from web.core.rate_limit import COUNTED


class NextStep(enum.Enum):
    """The step that follows the password; its value names the address of that step."""

    NOTHING = "nothing"
    CODE = "code"
    SECOND_FACTOR = "second-factor"


@dataclass(frozen=True)
class Credentials(ABC, Generic[AnyOwner]):
    """The account found by an identifier; `login_id` and `password_hash` are None without one.

    `known_by` is the digest of the device token that makes the browser a known one, or None.
    SELECT gives the one row of these columns, for the digests of the identifier as $1 and those of
    the device tokens shown as $2.
    """

    SELECT: ClassVar[str]

    login_id: UUID | None
    password_hash: str | None
    known_by: bytes | None
    has_second_factor: bool
    is_blocked: bool

    @classmethod
    def of(cls, row: Record) -> Self:
        """Return the credentials of a row of SELECT."""
        return cls(**{field.name: row[field.name] for field in fields(cls)})

    @property
    def next_step(self) -> NextStep:
        """The step that follows the password."""
        return NextStep.CODE if self.has_second_factor else NextStep.NOTHING

    @abstractmethod
    def owner(self, vault: Vault) -> AnyOwner:
        """Return the owner of the account, once a password has matched its own."""


async def find_credentials(
    connection: Connection,
    kind: type[Credentials[AnyOwner]],
    digests: Sequence[bytes],
    shown: Sequence[bytes],
) -> Credentials[AnyOwner]:
    """Return the account of an identifier, if any, and the device token shown that it knows."""
    row = await connection.fetchrow(kind.SELECT, list(digests), list(shown))
    assert row is not None  # noqa: S101 - SELECT gives its row
    return kind.of(row)


async def count_and_find(
    connection: Connection,
    kind: type[Credentials[AnyOwner]],
    digests: Sequence[bytes],
    shown: Sequence[bytes],
    possible: Sequence[PossibleHit],
) -> tuple[Credentials[AnyOwner], list[Record]]:
    """Do as find_credentials, and count an attempt from this browser; return its counts too."""
    rows = await connection.fetch(
        f"""
        WITH found AS MATERIALIZED ({kind.SELECT}), asked AS (
            SELECT bucket, seconds
            FROM unnest($3::bytea[], $4::bytea[], $5::int[]) AS possible (device, bucket, seconds)
            JOIN found ON device IS NOT DISTINCT FROM known_by
        ), {COUNTED}
        SELECT * FROM found, counted ORDER BY bucket
        """,  # noqa: S608
        list(digests),
        list(shown),
        [hit.device for hit in possible],
        [hit.bucket for hit in possible],
        [hit.limit.seconds for hit in possible],
    )
    return kind.of(rows[0]), rows
