"""The cost of a loss: nothing acknowledged, and so many seconds."""

from __future__ import annotations

from collections import Counter

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
# A line for each loss, printed when the tests have ended.
LINES: list[str] = []


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
    """Keep a line about one loss; `lost` and `mended` are moments of the monotonic clock."""
    attempts = traffic.attempts
    refused = [one for one in attempts if not one.is_answered]
    visits = [one for one in attempts if one.is_visit and one.is_answered]
    gap = min(one.ended for one in visits if one.began > lost) - lost
    back = min(one.ended for one in visits if one.began > mended) - mended
    last = max((one.ended for one in refused), default=mended) - mended
    sent = Counter(one.message_id for one in traffic.peer.delivered)
    LINES.append(
        f"{name}: a visitor was served {gap:.1f} s after the loss, {back:.1f} s after the mend; "
        f"last refusal {last:+.1f} s from it; {len(refused)} of {len(attempts)} requests refused, "
        f"the longest {max(one.ended - one.began for one in attempts):.1f} s; "
        f"{len(traffic.served)} journeys, lost 0; {len(sent)} mails, "
        f"{sum(number > 1 for number in sent.values())} twice"
    )
