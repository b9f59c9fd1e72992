"""The cost of a loss: nothing acknowledged, and so many seconds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
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
class Outcome:
    """The cost of one loss; times in seconds."""

    after_loss: float
    after_mend: float
    longest: float
    longest_mail: float
    refused: int
    requests: int
    journeys: int
    mails: int
    mails_twice: int


# By the name of the loss.
OUTCOMES: defaultdict[str, list[Outcome]] = defaultdict(list)
# One line for each measurement of visits without a loss.
VISITS: list[str] = []


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
    sent = Counter(one.message_id for one in traffic.peer.delivered)
    OUTCOMES[name].append(
        Outcome(
            after_loss=min(one.ended for one in visits if one.began > lost) - lost,
            after_mend=min(one.ended for one in visits if one.began > mended) - mended,
            longest=max(one.ended - one.began for one in attempts),
            longest_mail=max(traffic.mails),
            refused=sum(not one.is_answered for one in attempts),
            requests=len(attempts),
            journeys=len(traffic.served),
            mails=len(sent),
            mails_twice=sum(number > 1 for number in sent.values()),
        )
    )


def report_visits(name: str, seconds: list[float]) -> None:
    """Keep the times that visits took."""
    last = quantiles(seconds, n=20)[-1]
    VISITS.append(
        f"{name}: {len(seconds)} visits, median {median(seconds):.3f} s, 95 % {last:.3f} s, "
        f"longest {max(seconds):.3f} s"
    )


def summary() -> Iterator[str]:
    """Yield a line for each kind of loss: the median over its rounds, the worst in brackets."""
    yield from VISITS
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
        total = {
            key: sum(getattr(one, key) for one in rounds)
            for key in ("refused", "requests", "journeys", "mails", "mails_twice")
        }
        yield (
            f"{name}, {len(rounds)} rounds: {seconds}; {total['refused']} of {total['requests']} "
            f"requests refused; {total['journeys']} journeys, lost 0; "
            f"{total['mails']} mails, {total['mails_twice']} twice"
        )
