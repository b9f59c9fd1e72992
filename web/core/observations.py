"""What requests show of a proxy that is set up wrong: logged, and kept for `check` to tell.

Only requests can show it: the settings are right by themselves, and `check` receives none. Each
process notes a problem once an hour at most, whatever the number of requests that show it.
"""

from __future__ import annotations

import enum
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from web.core.clock import Clock
from web.core.db import Connection, Database, DatabaseUnavailableError

log = structlog.get_logger("web")

NOTED_AGAIN_AFTER = timedelta(hours=1)
TOLD_FOR_HOURS = 24
KEPT_DAYS = 30
LONGEST_SHAPE = 60


class ProblemKind(enum.StrEnum):
    """What is wrong between the proxy and TRUSTED_PROXIES."""

    UNREAD = "forwarded address not understood"
    UNTRUSTED = "forwarded address from a proxy that is not trusted"


SENTENCES = {
    ProblemKind.UNREAD: "Un proxy de TRUSTED_PROXIES met dans X-Forwarded-For autre chose qu’une "
    "adresse (de la forme «\u00a0{detail}\u00a0», vu le {seen}). Les limites comptent "
    "ensemble, sous l’adresse du proxy, toutes les personnes qui passent par lui\u00a0: "
    "configurez-le pour qu’il y mette l’adresse du client.",
    ProblemKind.UNTRUSTED: "Des requêtes avec X-Forwarded-For viennent de {detail}, qui n’est pas "
    "dans TRUSTED_PROXIES (vu le {seen}). Si c’est votre proxy, les limites comptent ensemble "
    "toutes les personnes qui passent par lui\u00a0: ajoutez-le à TRUSTED_PROXIES.",
}


@dataclass(frozen=True)
class Problem:
    """A problem; `detail` names no person: the shape of what was written, or our own proxy."""

    kind: ProblemKind
    detail: str

    @classmethod
    def unread(cls, said: str) -> Problem:
        """What a trusted proxy wrote is no address; digits and letters are masked."""
        digits = re.sub(r"[0-9]", "9", said[:LONGEST_SHAPE])
        return cls(ProblemKind.UNREAD, re.sub(r"[^9\[\]:.,;=\"%/_ -]", "a", digits))

    @classmethod
    def untrusted(cls, proxy: str) -> Problem:
        """A machine of our own network forwards addresses, and is not believed."""
        return cls(ProblemKind.UNTRUSTED, proxy)


class Observations:
    """Notes problems for `check`."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._noted: dict[ProblemKind, datetime] = {}

    async def note(self, problem: Problem) -> None:
        """Log and keep a problem that was not noted for an hour."""
        now = self._clock.now()
        noted = self._noted.get(problem.kind)
        if noted is not None and noted <= now < noted + NOTED_AGAIN_AFTER:
            return
        self._noted[problem.kind] = now
        shape = problem.detail if problem.kind is ProblemKind.UNREAD else None
        log.warning(problem.kind.value, shape=shape)
        with suppress(DatabaseUnavailableError):
            async with self._db.connection() as connection:
                await connection.execute(
                    """
                    INSERT INTO observation (kind, detail) VALUES ($1, $2)
                    ON CONFLICT (kind) DO UPDATE SET detail = excluded.detail, seen_at = now()
                    """,
                    problem.kind.value,
                    problem.detail,
                )


async def check_observations(connection: Connection) -> list[str]:
    """A sentence for each problem that requests have shown within a day."""
    rows = await connection.fetch(
        """
        SELECT kind, detail, to_char(seen_at AT TIME ZONE 'UTC', 'DD/MM/YYYY à HH24:MI UTC') AS seen
        FROM observation WHERE seen_at > now() - make_interval(hours => $1) ORDER BY kind
        """,
        TOLD_FOR_HOURS,
    )
    known = {kind.value: sentence for kind, sentence in SENTENCES.items()}
    return [
        known[row["kind"]].format(detail=row["detail"], seen=row["seen"])
        for row in rows
        if row["kind"] in known
    ]


async def purge_observations(connection: Connection) -> None:
    """Forget what was last seen long ago."""
    await connection.execute(
        "DELETE FROM observation WHERE seen_at < now() - make_interval(days => $1)", KEPT_DAYS
    )
