"""A misconfigured proxy is logged once and reported by `check`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import structlog

from tests.support.db.rows import value
from web.app import create_app
from web.core.clock import Clock
from web.core.ops.observations import (
    KEPT_DAYS,
    RECORDING_INTERVAL,
    REPORTED_FOR_HOURS,
    Observations,
    Problem,
    ProblemKind,
    check_observations,
    purge_observations,
)
from web.core.runtime import Runtime
from web.settings import Settings

PERSON, SHAPE = "198.51.100.9", "999.99.999.9a99999"


async def warnings_of_check(runtime: Runtime) -> list[str]:
    """The warnings of `check`."""
    return await check_observations(runtime.db)


async def ask(settings: Settings, peer: str, forwarded: str, times: int = 1) -> list[str]:
    """Send concurrent requests through a proxy; return the header shapes that were logged."""
    app = create_app(settings)
    transport = httpx.ASGITransport(app, client=(peer, 1234))
    url = settings.public_url
    with structlog.testing.capture_logs() as lines:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=url) as http,
        ):
            headers = {"X-Forwarded-For": forwarded}
            answers = [http.get("/sante/vivant", headers=headers) for _ in range(times)]
            assert {one.status_code for one in await asyncio.gather(*answers)} == {200}
    kinds = {kind.value for kind in ProblemKind}
    logged = [line for line in lines if line["event"] in kinds]
    assert not any(PERSON in str(line) for line in logged)
    return [str(line["shape"]) for line in logged]


async def test_an_unreadable_address_from_a_trusted_proxy_is_reported_once(
    settings: Settings, runtime: Runtime
) -> None:
    """6.3.1: operators learn that a limit counts everyone together before it locks anyone out."""
    behind = settings.model_copy(update={"trusted_proxies": ("10.0.0.0/8",)})
    assert await ask(behind, "10.0.0.1", f"{PERSON}#51234", times=20) == [SHAPE]
    [sentence] = await warnings_of_check(runtime)
    assert SHAPE in sentence
    assert "TRUSTED_PROXIES" in sentence


async def test_an_address_with_its_port_is_no_problem(settings: Settings, runtime: Runtime) -> None:
    behind = settings.model_copy(update={"trusted_proxies": ("10.0.0.0/8",)})
    assert await ask(behind, "10.0.0.1", f"{PERSON}:51234") == []
    assert await ask(behind, "10.0.0.1", f"nonsense, {PERSON}") == []
    assert await warnings_of_check(runtime) == []


async def test_a_proxy_nobody_named_is_told_and_a_stranger_who_forges_is_not(
    settings: Settings, runtime: Runtime
) -> None:
    assert await ask(settings, "203.0.113.7", PERSON) == []
    assert await warnings_of_check(runtime) == []
    assert await ask(settings, "192.168.1.4", PERSON) == ["None"]
    [sentence] = await warnings_of_check(runtime)
    assert "192.168.1.4" in sentence


async def test_a_problem_is_noted_again_after_an_hour_and_told_for_a_day(runtime: Runtime) -> None:
    moment = [datetime(2027, 1, 1, tzinfo=UTC)]
    observations = Observations(runtime.db, Clock(lambda: moment[0]))
    problem = Problem(ProblemKind.UNREAD, "a")
    seen = "SELECT seen_at > now() - interval '1 minute' FROM observation"
    await observations.note(problem)
    await runtime.db.execute(
        "UPDATE observation SET seen_at = now() - make_interval(hours => $1)",
        REPORTED_FOR_HOURS,
    )
    await observations.note(problem)
    assert await value(runtime, seen) is False
    assert await warnings_of_check(runtime) == []
    moment[0] += RECORDING_INTERVAL
    await observations.note(problem)
    assert await value(runtime, seen) is True
    assert len(await warnings_of_check(runtime)) == 1


async def test_old_observations_are_purged(runtime: Runtime) -> None:
    await Observations(runtime.db, runtime.clock).note(Problem.untrusted("10.0.0.1"))
    async with runtime.db.connection() as connection:
        await purge_observations(connection)
        assert await connection.fetchval("SELECT count(*) FROM observation") == 1
        await connection.execute(
            "UPDATE observation SET seen_at = seen_at - $1::interval", timedelta(KEPT_DAYS + 1)
        )
        await purge_observations(connection)
        assert await connection.fetchval("SELECT count(*) FROM observation") == 0


async def test_a_database_away_stops_nothing(settings: Settings) -> None:
    lost = settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/none"})
    assert await ask(lost, "192.168.1.4", PERSON) == ["None"]
