"""Limits counted atomically in PostgreSQL, so that any number of processes share them.

A hit is counted before the work it allows, and may be given back: parallel wrong passwords can
never pass the limit together, and parallel right ones leave no trace.

Who has one address often has its neighbours: a limit hit by a client's address is hit by the
networks around it too, with room in proportion.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from web.core.crypto import Hasher
from web.core.db import Connection, Database, Record
from web.core.networks import ClientAddress, Network
from web.core.requester import requester

PATIENCE_SECONDS = (0.2, 0.4, 0.8)
# By the bits of a network: how many times as much as one address, in which part of the time.
# A home has a /56; a site, or many telephones of one operator, a /48. Sixteen thousand subscribers
# may share a /24: its limit is that of a burst, and is over a few minutes after it.
ROOM = {56: (2, 1), 48: (8, 1), 24: (2, 12)}


class TooManyAttemptsError(Exception):
    """A limit is reached; `retry_after` is in seconds."""

    def __init__(self, limit: Limit, retry_after: int) -> None:
        super().__init__(limit.name)
        self.limit = limit
        self.retry_after = retry_after


@dataclass(frozen=True, order=True)
class Limit:
    """At most `hits` in a window of `seconds`, which the first one that counts opens.

    No hour of the clock opens it: there is none at which everyone may begin again.
    """

    name: str
    hits: int
    seconds: int

    def around(self, network: Network) -> Limit:
        """The same limit for all the addresses of a network together."""
        times, part = ROOM[network.bits]
        return replace(
            self,
            name=f"{self.name}, /{network.bits}",
            hits=self.hits * times,
            seconds=max(self.seconds // part, 1),
        )


@dataclass(frozen=True)
class Hit:
    """One counted attempt, to give back when it turns out to be an honest one."""

    bucket: bytes
    window_end: datetime


class RateLimits:
    """Counts hits by limit and subject (an address, a NIR…); subjects are kept as digests."""

    def __init__(self, db: Database, hasher: Hasher) -> None:
        self._db = db
        self._hasher = hasher

    async def hit(self, *counted: tuple[Limit, str]) -> tuple[Hit, ...]:
        """Count one attempt against each limit, committed at once.

        A subject that is a ClientAddress counts for the networks around it too.

        Raises TooManyAttemptsError for the one that opens last. A refused attempt is given back
        at once: it gained nothing, and must not keep honest ones out.
        """
        # Always the same order: two requests that share buckets never wait for each other.
        rows = sorted(
            (self.bucket_of(limit, subject), limit) for limit, subject in _widened(counted)
        )
        async with self._db.connection() as connection:
            counts = await _count(connection, rows)
        refused = [
            (limit, count["wait"])
            for (_, limit), count in zip(rows, counts, strict=True)
            if count["hits"] > limit.hits
        ]
        hits = tuple(Hit(count["bucket"], count["window_end"]) for count in counts)
        if refused:
            await self.give_back(hits)
            raise TooManyAttemptsError(*max(refused, key=lambda pair: pair[1]))
        if asked := requester():
            asked.hits.extend(hits)
        return hits

    async def hit_patiently(self, *counted: tuple[Limit, str]) -> tuple[Hit, ...]:
        """hit(), tried again for a moment before it raises.

        Honest attempts give their hits back when they succeed: when many come at once, a short
        patience lets them through where guesses only run into the limit again.
        """
        for pause in PATIENCE_SECONDS:
            try:
                return await self.hit(*counted)
            except TooManyAttemptsError:
                await asyncio.sleep(pause)
        return await self.hit(*counted)

    async def forget(self, connection: Connection, *counted: tuple[Limit, str]) -> None:
        """Recent attempts no longer count, once the transaction of `connection` is committed."""
        await connection.execute(
            """
            WITH held AS (
                SELECT bucket FROM rate_limit WHERE bucket = ANY ($1) ORDER BY bucket FOR UPDATE
            )
            DELETE FROM rate_limit USING held WHERE rate_limit.bucket = held.bucket
            """,
            sorted(self.bucket_of(limit, subject) for limit, subject in counted),
        )

    async def give_back(self, hits: Sequence[Hit]) -> None:
        """Take hits back, as if the attempts had not been made."""
        if asked := requester():
            for hit in hits:
                with suppress(ValueError):
                    asked.hits.remove(hit)
        async with self._db.connection() as connection:
            await connection.execute(
                """
                WITH held AS (
                    SELECT bucket, window_end FROM rate_limit
                    JOIN unnest($1::bytea[], $2::timestamptz[]) AS given (bucket, window_end)
                    USING (bucket, window_end)
                    ORDER BY bucket FOR UPDATE OF rate_limit
                )
                UPDATE rate_limit SET hits = greatest(hits - 1, 0)
                FROM held
                WHERE rate_limit.bucket = held.bucket
                  AND rate_limit.window_end = held.window_end
                """,
                [hit.bucket for hit in hits],
                [hit.window_end for hit in hits],
            )

    async def give_back_all(self) -> None:
        """Take back what the current request has counted: it was refused before it did anything."""
        asked = requester()
        hits = [hit for hit in asked.hits if isinstance(hit, Hit)] if asked else []
        if hits:
            await self.give_back(hits)

    def bucket_of(self, limit: Limit, subject: str) -> bytes:
        """Return the key under which the attempts of a subject are counted."""
        return self._hasher.digest(f"limit:{limit.name}", subject)


def _widened(counted: Sequence[tuple[Limit, str]]) -> Iterator[tuple[Limit, str]]:
    for limit, subject in counted:
        yield limit, subject
        if isinstance(subject, ClientAddress):
            for network in subject.wider:
                yield limit.around(network), network.text


async def _count(connection: Connection, rows: Sequence[tuple[bytes, Limit]]) -> list[Record]:
    counts: list[Record] = await connection.fetch(
        """
        WITH counted AS (
            INSERT INTO rate_limit AS kept (bucket, window_end, hits)
            SELECT bucket, now() + make_interval(secs => seconds), 1
            FROM unnest($1::bytea[], $2::int[]) AS given (bucket, seconds)
            ON CONFLICT (bucket) DO UPDATE SET
                hits = CASE WHEN kept.window_end > now() THEN kept.hits ELSE 0 END + 1,
                window_end = CASE WHEN kept.window_end > now() AND kept.hits > 0
                                  THEN kept.window_end ELSE excluded.window_end END
            RETURNING bucket, window_end, hits
        )
        SELECT bucket, window_end, hits,
               ceil(extract(epoch FROM window_end - now()))::int AS wait
        FROM counted ORDER BY bucket
        """,
        [bucket for bucket, _ in rows],
        [limit.seconds for _, limit in rows],
    )
    return counts
