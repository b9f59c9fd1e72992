"""Import of hours worked and of exceptional credits, and the resulting ledger."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date

from tests.support.programs.reporter import RecordingReporter
from web.core.runtime import Runtime
from web.feed.exceptional.service import apply_credits
from web.feed.service import Outcome
from web.feed.yearly.service import apply_feed
from web.people.identity import nir_digest

TODAY = date(2026, 3, 2)
EMPLOYERS = ("73282932000074", "55208131766522", "35600000000048")
Line = tuple[str, int, str, object, object]
# The columns of a file of exceptional credits.
Credit = tuple[str, str, object, object, str, str]


def as_file(lines: Iterable[Line] | Iterable[Credit]) -> io.BytesIO:
    """The lines as a file without a header."""
    return io.BytesIO("".join(",".join(map(str, line)) + "\n" for line in lines).encode())


async def feed(
    runtime: Runtime,
    lines: Iterable[Line],
    reporter: RecordingReporter | None = None,
    today: date = TODAY,
) -> Outcome:
    """Apply the lines."""
    url = runtime.settings.direct_url
    return await apply_feed(
        url, runtime.hasher, as_file(lines), today, reporter or RecordingReporter()
    )


async def feed_credits(
    runtime: Runtime,
    lines: Iterable[Credit],
    reporter: RecordingReporter | None = None,
    today: date = TODAY,
) -> Outcome:
    """Apply the lines of exceptional credits."""
    url = runtime.settings.direct_url
    return await apply_credits(
        url, runtime.hasher, as_file(lines), today, reporter or RecordingReporter()
    )


async def credited(runtime: Runtime, nir: str) -> dict[int, int]:
    """The CPF hours of each year, corrections included."""
    rows = await runtime.db.fetch(
        """
        SELECT year, sum(hours)::int AS hours FROM movement
        JOIN person ON person.id = person_id
        WHERE nir_digest = $1 AND balance = 'cpf' AND year IS NOT NULL GROUP BY year
        """,
        nir_digest(runtime.hasher, nir),
    )
    return {row["year"]: row["hours"] for row in rows}
