"""The cost of a loss: nothing acknowledged, and so many seconds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from operator import add
from statistics import median, quantiles

import asyncpg

from tests.cluster.traffic import Traffic
from tests.support.db.cluster import Server, ask
from tests.support.programs.processes import MAILS_ARE_SETTLED, until

# What each journey leaves.
TRACES = (
    "SELECT count(*) FROM account",
    "SELECT count(*) FROM movement WHERE balance = 'dif' AND hours = 80",
    "SELECT count(*) FROM dossier WHERE status = 'soumis'",
)
PROMISED = "SELECT message_id FROM mail WHERE status = 'sent'"


@dataclass(frozen=True)
class Counts:
    """The requests, journeys and mails of some traffic, with the failures among them."""

    refused: int = 0
    requests: int = 0
    journeys: int = 0
    mails: int = 0
    mails_twice: int = 0

    @classmethod
    def of(cls, traffic: Traffic) -> Counts:
        """Count the traffic so far."""
        sent = Counter(one.message_id for one in traffic.peer.delivered)
        return cls(
            refused=sum(not one.is_answered for one in traffic.attempts),
            requests=len(traffic.attempts),
            journeys=len(traffic.served),
            mails=len(sent),
            mails_twice=sum(number > 1 for number in sent.values()),
        )

    def __add__(self, other: Counts) -> Counts:
        return Counts(*map(add, astuple(self), astuple(other)))

    def __str__(self) -> str:
        return (
            f"{self.refused} of {self.requests} requests refused; {self.journeys} journeys, "
            f"lost 0; {self.mails} mails, {self.mails_twice} twice"
        )


@dataclass(frozen=True)
class Outcome:
    """The cost of one loss; times in seconds."""

    after_loss: float
    after_mend: float
    longest: float
    longest_mail: float
    counts: Counts


# By the name of the loss.
OUTCOMES: defaultdict[str, list[Outcome]] = defaultdict(list)
# One line for each list of times.
TIMES: list[str] = []


async def assert_nothing_is_lost(server: Server, traffic: Traffic) -> None:
    """Every journey that ended is on the server, once, and every promised mail has arrived.

    A mail may arrive twice, with one Message-ID, when the record of its 250 was lost.
    """
    url = server.url("compte")
    await until(lambda: ask(url, MAILS_ARE_SETTLED), "all mails sent")
    for trace in TRACES:
        assert await ask(url, trace) == len(traffic.served), trace
    connection = await asyncpg.connect(url)
    promised = {row[0] for row in await connection.fetch(PROMISED)}
    await connection.close()
    assert {one.message_id for one in traffic.peer.delivered} == promised


def report(name: str, traffic: Traffic, lost: float, mended: float) -> None:
    """Keep the cost of one loss; `lost` and `mended` are moments of the monotonic clock."""
    attempts = traffic.attempts
    visits = [one for one in attempts if one.is_visit and one.is_answered]
    OUTCOMES[name].append(
        Outcome(
            after_loss=min(one.ended for one in visits if one.began > lost) - lost,
            after_mend=min(one.ended for one in visits if one.began > mended) - mended,
            longest=max(one.ended - one.began for one in attempts),
            longest_mail=max(traffic.mails),
            counts=Counts.of(traffic),
        )
    )


def report_times(name: str, seconds: list[float]) -> None:
    """Keep the distribution of times."""
    last = quantiles(seconds, n=20, method="inclusive")[-1] if seconds[1:] else seconds[0]
    TIMES.append(
        f"{name}: {len(seconds)} times, median {median(seconds):.3f} s, 95 % {last:.3f} s, "
        f"longest {max(seconds):.3f} s"
    )


def summary() -> Iterator[str]:
    """Yield a line for each list of times, and for each kind of loss.

    Of a loss: the median over its rounds, the worst in brackets.
    """
    yield from TIMES
    for name, rounds in OUTCOMES.items():
        times = {
            "a visitor is served": [one.after_loss for one in rounds],
            "after the mend": [one.after_mend for one in rounds],
            "longest request": [one.longest for one in rounds],
            "longest wait for a mail": [one.longest_mail for one in rounds],
        }
        seconds = ", ".join(
            f"{what} {median(each):.1f} s ({max(each):.1f})" for what, each in times.items()
        )
        counts = sum((one.counts for one in rounds), Counts())
        yield f"{name}, {len(rounds)} rounds: {seconds}; {counts}"
