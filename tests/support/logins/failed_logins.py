"""Failed logins from browsers unknown to an account: made, counted, aged."""

from __future__ import annotations

from tests.support.db.rows import run, value
from tests.support.logins.devices import Owner, is_titulaire, subject_of
from web.agents.kind import AGENT
from web.auth.login.attempt_limits import QUARTER
from web.auth.titulaires.kind import TITULAIRE
from web.core.rate_limit import Limit
from web.core.runtime import Runtime


def _in_a_row(runtime: Runtime, who: Owner) -> tuple[Limit, str]:
    kind = TITULAIRE if is_titulaire(who) else AGENT
    return kind.password_tries.in_a_row, subject_of(runtime, who).hex()


async def fail(runtime: Runtime, who: Owner, times: int) -> None:
    """Record this many more failures in a row, each in a separate quarter of an hour."""
    for _ in range(times):
        await runtime.limits.hit(_in_a_row(runtime, who))


async def in_a_row(runtime: Runtime, who: Owner) -> int:
    """The number of failures in a row."""
    bucket = runtime.limits.bucket_of(*_in_a_row(runtime, who))
    return await value(runtime, "SELECT hits FROM rate_limit WHERE bucket = $1", bucket) or 0


async def let_time_pass(runtime: Runtime, seconds: int = QUARTER) -> None:
    """Bring the end of each window closer by this much."""
    await run(
        runtime,
        "UPDATE rate_limit SET window_end = window_end - make_interval(secs => $1)",
        seconds + 1,
    )
