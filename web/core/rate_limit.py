"""Rate limits, counted atomically in PostgreSQL and shared by all processes.

A hit is counted before the work it allows, and can be given back: parallel wrong passwords cannot
exceed the limit together, and parallel right ones leave no trace.

Anyone who controls an address often controls its neighbours too: a hit by a client's address also
counts against the surrounding networks, with proportionally higher limits.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from web.core.background import Background
from web.core.crypto.vault import Hasher
from web.core.db.connection import Connection, Record
from web.core.db.database import Database, DatabaseUnavailableError
from web.core.http.browser.networks import ClientAddress, Network
from web.core.http.requester import requester

T = TypeVar("T")

# Windows of limits, in seconds.
HOUR, DAY = 3600, 86400
RETRY_DELAYS = (0.2, 0.4, 0.8)
# The response to a request that failed waits no longer for its hits to be given back.
GIVE_BACK_SECONDS = 1
# By prefix length: the multiple of one address's limit, and the divisor of its window.
# A home has a /56; a site, or many phones of one operator, a /48. Sixteen thousand subscribers may
# share a /24: its limit is for bursts, and its window ends a few minutes after one.
ROOM = {56: (2, 1), 48: (8, 1), 24: (2, 12)}

# The CTE that counts a hit for each row of `asked` (bucket, seconds). Sorted: locked in a fixed
# order, requests that share buckets cannot deadlock.
COUNTED = """
    counted AS (
        INSERT INTO rate_limit AS kept (bucket, window_end, hits)
        SELECT bucket, now() + make_interval(secs => seconds), 1 FROM asked ORDER BY bucket
        ON CONFLICT (bucket) DO UPDATE SET
            hits = CASE WHEN kept.window_end > now() THEN kept.hits ELSE 0 END + 1,
            window_end = CASE WHEN kept.window_end > now() AND kept.hits > 0
                              THEN kept.window_end ELSE excluded.window_end END
        RETURNING bucket, window_end, hits,
                  ceil(extract(epoch FROM window_end - now()))::int AS wait
    )"""
# The CTE that ends an attempt, with the arguments of RateLimits.settlement as $1 and $2: hits are
# subtracted, limits without a window's end are reset. The purge deletes the rows.
SETTLED = """
    held AS (
        SELECT bucket, given.window_end IS NULL AS is_reset FROM rate_limit r
        JOIN unnest($1::bytea[], $2::timestamptz[]) AS given (bucket, window_end) USING (bucket)
        WHERE r.window_end = coalesce(given.window_end, r.window_end)
        ORDER BY bucket FOR UPDATE OF r
    ), settled AS (
        UPDATE rate_limit r SET hits = CASE WHEN is_reset THEN 0 ELSE greatest(hits - 1, 0) END,
               window_end = CASE WHEN is_reset THEN now() ELSE window_end END
        FROM held WHERE r.bucket = held.bucket
    )"""
Settlement = tuple[list[bytes], list[datetime | None]]


class TooManyAttemptsError(Exception):
    """A rate limit is reached; `retry_after` is in seconds."""

    def __init__(self, limit: Limit, retry_after: int) -> None:
        super().__init__(limit.name)
        self.limit = limit
        self.retry_after = retry_after


@dataclass(frozen=True, order=True)
class Limit:
    """A limit of at most `hits` in a window of `seconds`.

    Windows start at each subject's first hit, not on the hour, when all would reset at once.
    """

    name: str
    hits: int
    seconds: int

    def around(self, network: Network) -> Limit:
        """Return the corresponding limit for all the addresses of a network together."""
        times, part = ROOM[network.bits]
        return replace(
            self,
            name=f"{self.name}, /{network.bits}",
            hits=self.hits * times,
            seconds=max(self.seconds // part, 1),
        )


@dataclass(frozen=True)
class Hit:
    """A counted attempt, which can be given back when it turns out to be legitimate."""

    bucket: bytes
    window_end: datetime


class RateLimits:
    """Counters of hits by limit and subject (an address, a NIR…), the latter stored as digests."""

    def __init__(self, db: Database, hasher: Hasher) -> None:
        self._db = db
        self._hasher = hasher
        self._background = Background()

    async def hit(self, *limits: tuple[Limit, str]) -> tuple[Hit, ...]:
        """Count one attempt against each limit, and commit at once.

        A ClientAddress also counts for the networks around it.

        Raises TooManyAttemptsError for the limit with the longest wait. A refused attempt is given
        back at once: it gained nothing, and must not block legitimate ones.
        """
        buckets = self.buckets(limits)
        return await self.accept(buckets, await _count(self._db, buckets))

    def buckets(self, limits: Sequence[tuple[Limit, str]]) -> dict[bytes, Limit]:
        """Return the digests under which attempts are counted, those of networks included."""
        return {self.bucket_of(limit, subject): limit for limit, subject in _with_networks(limits)}

    async def accept(
        self, buckets: Mapping[bytes, Limit], counts: Sequence[Record]
    ) -> tuple[Hit, ...]:
        """Return the hits that COUNTED has just counted, or give them back and raise as `hit`."""
        hits = tuple(Hit(count["bucket"], count["window_end"]) for count in counts)
        limits = [(buckets[count["bucket"]], count) for count in counts]
        refused = [(limit, count["wait"]) for limit, count in limits if count["hits"] > limit.hits]
        if refused:
            await self.give_back(hits)
            raise TooManyAttemptsError(*max(refused, key=lambda pair: pair[1]))
        if asked := requester():
            asked.hits.extend(hits)
        return hits

    async def hit_with_retries(self, *limits: tuple[Limit, str]) -> tuple[Hit, ...]:
        """Call hit(), with retries for a moment before it raises.

        Legitimate attempts give their hits back on success: when many arrive at once, a few retries
        let them through, whereas guesses only hit the limit again.
        """
        return await retry_refused(partial(self.hit, *limits))

    @asynccontextmanager
    async def counted(
        self,
        *limits: tuple[Limit, str],
        unless: tuple[type[Exception], ...] = (),
        retries: bool = True,
    ) -> AsyncIterator[tuple[Hit, ...]]:
        """Count the act that the block carries out, with or without retries; yield the hits.

        They are given back if the block raises one of `unless` and, where possible, if the database
        is unavailable: nothing was done, unless the commit's outcome is unknown. Not for guesses of
        a password or a code, which count however they end.
        """
        hits = await (self.hit_with_retries if retries else self.hit)(*limits)
        try:
            yield hits
        except unless:
            await self.give_back(hits)
            raise
        except DatabaseUnavailableError:
            await self._background.run(self.give_back(hits), GIVE_BACK_SECONDS)
            raise

    async def hit_in(self, connection: Connection, limit: Limit, subject: str) -> bool:
        """Count one hit within the transaction of `connection`; return False past the limit."""
        [count] = await _count(connection, {self.bucket_of(limit, subject): limit})
        is_allowed: bool = count["hits"] <= limit.hits
        return is_allowed

    async def forget(self, connection: Connection, *limits: tuple[Limit, str]) -> None:
        """Reset the limits, within the transaction of `connection`."""
        await self._settle(connection, self.settlement((), limits))

    async def give_back(self, hits: Sequence[Hit]) -> None:
        """Subtract hits, as if the attempts had not been made."""
        await self._settle(self._db, self.settlement(hits))

    def settlement(
        self, hits: Sequence[Hit], reset: Sequence[tuple[Limit, str]] = ()
    ) -> Settlement:
        """Return the arguments of SETTLED that give back the hits, and reset the limits."""
        if asked := requester():
            for hit in hits:
                with suppress(ValueError):
                    asked.hits.remove(hit)
        ends: dict[bytes, datetime | None] = {hit.bucket: hit.window_end for hit in hits}
        ends |= {self.bucket_of(limit, subject): None for limit, subject in reset}
        return list(ends.keys()), list(ends.values())

    async def _settle(self, connection: Connection, settlement: Settlement) -> None:
        await connection.execute(f"WITH {SETTLED} SELECT", *settlement)

    async def give_back_all(self) -> None:
        """Give back the current request's hits: it was refused before it did anything."""
        asked = requester()
        hits = [hit for hit in asked.hits if isinstance(hit, Hit)] if asked else []
        if hits:
            await self.give_back(hits)

    def bucket_of(self, limit: Limit, subject: str) -> bytes:
        """Return the digest under which a subject's attempts are counted."""
        return self._hasher.digest(f"limit:{limit.name}", subject)


def _with_networks(limits: Sequence[tuple[Limit, str]]) -> Iterator[tuple[Limit, str]]:
    for limit, subject in limits:
        yield limit, subject
        if isinstance(subject, ClientAddress):
            for network in subject.wider:
                yield limit.around(network), network.text


async def retry_refused(attempt: Callable[[], Awaitable[T]]) -> T:
    """Call `attempt` again for a moment before it raises TooManyAttemptsError."""
    for pause in RETRY_DELAYS:
        try:
            return await attempt()
        except TooManyAttemptsError:
            await asyncio.sleep(pause)
    return await attempt()


async def _count(connection: Connection, buckets: Mapping[bytes, Limit]) -> list[Record]:
    counts: list[Record] = await connection.fetch(
        f"""
        WITH asked AS (SELECT * FROM unnest($1::bytea[], $2::int[]) AS asked (bucket, seconds)),
        {COUNTED}
        SELECT * FROM counted ORDER BY bucket
        """,  # noqa: S608
        list(buckets),
        [limit.seconds for limit in buckets.values()],
    )
    return counts
