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
from web.core.db.advisory_locks import AdvisoryLock, try_lock_until_commit
from web.core.db.connection import Connection, Record
from web.core.runtime import Runtime
from web.core.text import NBSP
from web.people.history import seal_queries

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
    while rows := await seal_queries.list_seals(connection, number, READ_AT_ONCE):
        for row in rows:
            if row["number"] != number + 1:
                found.missing += row["number"] - number - 1
            elif _seal(hasher, row["number"], previous, row) != row["seal"]:
                found.rewritten.add(row["person_id"])
            number, previous = row["number"], bytes(row["seal"])
            found.has_known = found.has_known or seal_name(number, previous) == known
    found.newest = seal_name(number, previous) if number else ""
    found.late = await seal_queries.count_late(connection, LATE_HOURS)
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
        if not await try_lock_until_commit(connection, AdvisoryLock.SEAL_HISTORIES):
            return False
        grown = await seal_queries.lock_unsealed(connection, BATCH)
        if not grown:
            return False
        number, previous = await seal_queries.find_newest_seal(connection)
        seals = []
        for row in grown:
            number += 1
            previous = _seal(runtime.hasher, number, previous, row)
            seals.append((number, row["person_id"], row["position"], previous))
        await seal_queries.insert_seals(connection, seals)
    log.info("histories sealed", newest=seal_name(number, previous))
    return len(grown) == BATCH


def _seal(hasher: Hasher, number: int, previous: bytes, row: Record) -> bytes:
    """Return the seal of a chain's head, after the seal `previous`."""
    parts = (number, previous.hex(), row["person_id"], row["position"], bytes(row["hash"]).hex())
    return hasher.digest("history seal", "|".join(map(str, parts)))
