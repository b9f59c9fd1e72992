"""Proxy misconfigurations seen in requests: logged, and stored for `check` to report.

Only requests reveal them: the settings alone are valid, and `check` receives no request. Each
process records a problem at most once an hour, whatever the number of requests.
"""

from __future__ import annotations

import enum
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from web.core.clock import Clock
from web.core.db.connection import Connection
from web.core.db.database import Database, DatabaseUnavailableError
from web.core.ops import observation_queries

log = structlog.get_logger("web")

RECORDING_INTERVAL = timedelta(hours=1)
REPORTED_FOR_HOURS = 24
KEPT_DAYS = 30
LONGEST_SHAPE = 60


class ProblemKind(enum.StrEnum):
    """A mismatch between the proxy and TRUSTED_PROXIES."""

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
    """A problem; `detail` is not personal: the masked shape of a header, or our own proxy."""

    kind: ProblemKind
    detail: str

    @classmethod
    def unread(cls, said: str) -> Problem:
        """Return the problem of a trusted proxy's invalid entry, its letters and digits masked."""
        digits = re.sub(r"[0-9]", "9", said[:LONGEST_SHAPE])
        return cls(ProblemKind.UNREAD, re.sub(r"[^9\[\]:.,;=\"%/_ -]", "a", digits))

    @classmethod
    def untrusted(cls, proxy: str) -> Problem:
        """Return the problem of a machine in our network that forwards addresses without trust."""
        return cls(ProblemKind.UNTRUSTED, proxy)


class Observations:
    """The recorder of problems for `check`."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._noted: dict[ProblemKind, datetime] = {}

    async def note(self, problem: Problem) -> None:
        """Log and store a problem, unless it was recorded within the last hour."""
        now = self._clock.now()
        noted = self._noted.get(problem.kind)
        if noted is not None and noted <= now < noted + RECORDING_INTERVAL:
            return
        self._noted[problem.kind] = now
        shape = problem.detail if problem.kind is ProblemKind.UNREAD else None
        log.warning(problem.kind.value, shape=shape)
        with suppress(DatabaseUnavailableError):
            await observation_queries.put_observation(self._db, problem.kind.value, problem.detail)


async def check_observations(connection: Connection) -> list[str]:
    """Return a French sentence for each problem seen within a day."""
    rows = await observation_queries.list_observations(connection, REPORTED_FOR_HOURS)
    known = {kind.value: sentence for kind, sentence in SENTENCES.items()}
    return [
        known[row["kind"]].format(detail=row["detail"], seen=row["seen"])
        for row in rows
        if row["kind"] in known
    ]


async def purge_observations(connection: Connection) -> None:
    """Delete the problems last seen more than KEPT_DAYS ago."""
    await observation_queries.delete_observations(connection, KEPT_DAYS)
