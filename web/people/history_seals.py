"""Seals on the histories, under a key that the database does not have.

The database computes the hash chain of a history without any secret: a database superuser could
rewrite it from any event on. A seal is a digest, keyed from SECRET_KEY, of the head of a chain and
of the previous seal. The worker adds one for each history that grew; `check` recomputes them all
from the current events. Rewriting sealed events or removing a seal is detected, except for the
newest seals, removed together with what they cover: the worker logs the name of the newest one,
and `check` looks for it when it is given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

import structlog

from web.core.cli.progress import counted
from web.core.crypto.vault import Hasher
from web.core.db.advisory_locks import AdvisoryLock
from web.core.db.connection import Connection, Record
from web.core.runtime import Runtime
from web.core.text import NBSP

log = structlog.get_logger("history")

BATCH = 500
READ_AT_ONCE = 5_000
NAMED_BYTES = 8
# The worker seals every five minutes: a longer delay suggests that it is not running.
LATE_HOURS = 1


@dataclass
class Findings:
    """The result of checking the seals; `newest` is the name of the last one."""

    newest: str = ""
    # People whose events differ from those that were sealed.
    rewritten: set[UUID] = field(default_factory=set)
    missing: int = 0
    late: int = 0
    # Whether the seal that the caller named was found unchanged.
    has_known: bool = True


async def seal_histories(runtime: Runtime) -> None:
    """Seal every history that grew since its last seal, in batches; one worker at a time.

    One that is being written to is left for the next run.
    """
    while await _seal_some(runtime):
        pass


async def find_problems(connection: Connection, hasher: Hasher, known: str = "") -> Findings:
    """Recompute every seal from the current events; `known` is the name of a seal to find."""
    found = Findings(has_known=not known)
    number, previous = 0, b""
    while rows := await _next_seals(connection, number):
        for row in rows:
            if row["number"] != number + 1:
                found.missing += row["number"] - number - 1
            elif _seal(hasher, row["number"], previous, row) != row["seal"]:
                found.rewritten.add(row["person_id"])
            number, previous = row["number"], bytes(row["seal"])
            found.has_known = found.has_known or seal_name(number, previous) == known
    found.newest = seal_name(number, previous) if number else ""
    found.late = await _count_late(connection)
    return found


class SealCheck:
    """A check, for `check`, that returns a sentence for each difference from what was sealed."""

    def __init__(self, hasher: Hasher, known: str = "") -> None:
        self._hasher = hasher
        self._known = known
        # The name of the last seal, set by the check, to be kept elsewhere.
        self.newest = ""

    async def __call__(self, connection: Connection) -> list[str]:
        """Check all seals and what they cover."""
        found = await find_problems(connection, self._hasher, self._known)
        self.newest = found.newest
        wrong = counted(
            len(found.rewritten), "historique ne correspond", "historiques ne correspondent"
        )
        late = counted(found.late, "historique attend", "historiques attendent")
        sentences = {
            f"{wrong} plus aux sceaux{NBSP}: il y a eu réécriture.": found.rewritten,
            f"Il manque {counted(found.missing, 'sceau', 'sceaux')} d’historique.": found.missing,
            f"{late} un sceau depuis plus d’une heure{NBSP}: vérifiez que `worker` est lancé.": (
                found.late
            ),
            f"Le sceau {self._known} est introuvable{NBSP}: si ce nom est exact, des historiques "
            "ont été réécrits.": not found.has_known,
        }
        return [sentence for sentence, is_so in sentences.items() if is_so]


def seal_name(number: int, seal: bytes) -> str:
    """Return the name of a seal outside the database, like « 1204-9f3a52… »."""
    return f"{number}-{seal[:NAMED_BYTES].hex()}"


async def _seal_some(runtime: Runtime) -> bool:
    """Seal one batch; return whether there may be more."""
    async with runtime.db.transaction() as connection:
        try_lock = "SELECT pg_try_advisory_xact_lock($1)"
        if not await connection.fetchval(try_lock, AdvisoryLock.SEAL_HISTORIES):
            return False
        grown = await connection.fetch(
            """
            SELECT person_id, position, hash FROM event_head
            WHERE position > sealed ORDER BY person_id LIMIT $1
            FOR UPDATE SKIP LOCKED
            """,
            BATCH,
        )
        if not grown:
            return False
        number, previous = await _newest(connection)
        seals = []
        for row in grown:
            number += 1
            previous = _seal(runtime.hasher, number, previous, row)
            seals.append((number, row["person_id"], row["position"], previous))
        await _add(connection, seals)
    log.info("histories sealed", newest=seal_name(number, previous))
    return len(grown) == BATCH


def _seal(hasher: Hasher, number: int, previous: bytes, row: Record) -> bytes:
    """Return the seal of a chain's head, after the seal `previous`."""
    parts = (number, previous.hex(), row["person_id"], row["position"], bytes(row["hash"]).hex())
    return hasher.digest("history seal", "|".join(map(str, parts)))


async def _newest(connection: Connection) -> tuple[int, bytes]:
    row = await connection.fetchrow(
        "SELECT number, seal FROM history_seal ORDER BY number DESC LIMIT 1"
    )
    return (row["number"], bytes(row["seal"])) if row else (0, b"")


async def _add(connection: Connection, seals: list[tuple[int, UUID, int, bytes]]) -> None:
    await connection.execute(
        """
        WITH added AS (
            INSERT INTO history_seal (number, person_id, position, seal)
            SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::int[], $4::bytea[])
            RETURNING person_id, position
        )
        UPDATE event_head SET sealed = added.position
        FROM added WHERE event_head.person_id = added.person_id
        """,
        *map(list, zip(*seals, strict=True)),
    )


async def _next_seals(connection: Connection, number: int) -> list[Record]:
    return await connection.fetch(
        """
        SELECT s.number, s.person_id, s.position, s.seal, coalesce(e.hash, '') AS hash
        FROM history_seal s LEFT JOIN event e
            ON e.person_id = s.person_id AND e.position = s.position
        WHERE s.number > $1 ORDER BY s.number LIMIT $2
        """,
        number,
        READ_AT_ONCE,
    )


async def _count_late(connection: Connection) -> int:
    """Count from the seals themselves: `event_head.sealed` is only a work list, not evidence."""
    late: int = await connection.fetchval(
        """
        SELECT count(DISTINCT e.person_id)
        FROM event e LEFT JOIN (
            SELECT person_id, max(position) AS position FROM history_seal GROUP BY person_id
        ) AS sealed ON sealed.person_id = e.person_id
        WHERE e.position > coalesce(sealed.position, 0)
          AND e.occurred_at < now() - make_interval(hours => $1)
        """,
        LATE_HOURS,
    )
    return late
