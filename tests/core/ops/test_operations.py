"""Operations: liveness, readiness, metrics, and migrations in both directions."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
from starlette.applications import Starlette
from typer.testing import CliRunner

from tests.support.http.client import Client
from tests.support.programs.processes import until
from tests.support.programs.settings import make_settings
from tests.support.titulaires.journey import to_waiting
from tests.support.titulaires.people import Person
from web.__main__ import cli
from web.app import create_app
from web.core.crypto.passwords import PasswordHasher
from web.core.db import migrations
from web.core.db.advisory_locks import AdvisoryLock
from web.core.db.database import DatabaseUnavailableError
from web.core.db.schema import newest_revision
from web.core.ops import metrics
from web.core.ops.metrics_server import MailQueue
from web.core.runtime import Runtime

TIMES = 3
SCHEMA = """
    SELECT format('%s %s %s %s', table_name, column_name, data_type, column_default)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT format('%s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prokind <> 'a'
    ORDER BY 1
"""
LEFT = """
    SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT typname::text FROM pg_type WHERE typnamespace = 'public'::regnamespace
    ORDER BY 1
"""

CUT_OFF = """
    SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'compte-formation migrate'
      AND state = 'idle' AND query LIKE 'COMMIT%'
"""


def rows(url: str, sql: str) -> list[str]:
    """The first column of a query, on a separate connection."""

    async def ask() -> list[str]:
        connection = await asyncpg.connect(url)
        try:
            return [row[0] for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_the_schema_goes_up_down_and_up_again_to_the_same(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    first = rows(empty_url, SCHEMA)
    assert len(first) > 100

    migrations.downgrade(empty_url, "base")
    left = {name for name in rows(empty_url, LEFT) if "alembic_version" not in name}
    migrations.upgrade(empty_url)

    assert left == set()
    assert rows(empty_url, SCHEMA) == first


def test_each_revision_comes_down_by_itself(empty_url: str) -> None:
    """Each revision is reversible by itself."""
    migrations.upgrade(empty_url)
    schema = rows(empty_url, SCHEMA)
    for _ in range(TIMES):
        migrations.downgrade(empty_url, "-1")
    assert rows(empty_url, SCHEMA) != schema
    migrations.upgrade(empty_url)

    assert rows(empty_url, SCHEMA) == schema


def test_a_migration_that_is_cut_off_says_that_the_database_went_away(empty_url: str) -> None:
    async def cut_off() -> None:
        connection = await asyncpg.connect(empty_url)
        try:
            await connection.execute(f"SELECT pg_advisory_lock({AdvisoryLock.MIGRATE:d})")
            migrating = asyncio.create_task(asyncio.to_thread(migrations.upgrade, empty_url))
            await until(lambda: connection.fetchval(CUT_OFF), "a migration waits for its turn")
            await migrating
        finally:
            await connection.close()

    with pytest.raises(DatabaseUnavailableError):
        asyncio.run(cut_off())


def test_migrating_twice_changes_nothing(owner_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in make_settings(database_url=owner_url).model_dump().items():
        if value is not None and name != "trusted_proxies":
            secret = getattr(value, "get_secret_value", None)
            monkeypatch.setenv(name.upper(), str(secret() if secret else value))
    schema = rows(owner_url, SCHEMA)

    for _ in range(2):
        result = CliRunner().invoke(cli, ["migrate"])
        assert result.exit_code == 0, result.output
        assert str(newest_revision()) in result.stdout

    assert rows(owner_url, SCHEMA) == schema


async def test_ready_means_migrated_and_reachable(empty_url: str) -> None:
    app = create_app(make_settings(database_url=empty_url))
    async with app.router.lifespan_context(app), Client(app) as client:
        page = await client.get("/sante/pret")
        assert (page.status, page.html) == (503, "migrations à appliquer\n")
        await asyncio.to_thread(migrations.upgrade, empty_url, "0001")
        assert (await client.get("/sante/pret")).status == 503
        await asyncio.to_thread(migrations.upgrade, empty_url)
        page = await client.get("/sante/pret")
        assert (page.status, page.html) == (200, "prêt\n")
        assert (await client.get("/sante/vivant")).html == "vivant\n"


async def test_health_says_nothing_of_what_runs(client: Client) -> None:
    """13.4.6: no version, host or path."""
    for path in ("/sante/vivant", "/sante/pret"):
        page = await client.get(path)
        assert page.html in ("vivant\n", "prêt\n")
        assert page.response.headers["content-type"].startswith("text/plain")
        assert "set-cookie" not in page.response.headers


async def test_the_mail_queue_is_told_and_a_lost_database_is_no_error(
    client: Client, runtime: Runtime
) -> None:
    for _ in range(2):
        client.http.cookies.clear()
        await to_waiting(client, Person())
    await runtime.db.execute("UPDATE mail SET due_at = due_at - interval '1 hour'")

    def collect(url: str) -> dict[str, float]:
        return {
            sample.name: sample.value
            for family in MailQueue(url).collect()
            for sample in family.samples
        }

    figures = await asyncio.to_thread(collect, runtime.settings.database_url)
    assert figures["mail_waiting"] == 2
    assert 3600 <= figures["mail_oldest_seconds"] < 3700
    assert await asyncio.to_thread(collect, "postgresql://nobody@127.0.0.1:1/nothing") == {}


def counted() -> set[tuple[str, ...]]:
    """The label values of each series of requests."""
    return {tuple(s.labels.values()) for m in metrics.REQUESTS.collect() for s in m.samples}


async def test_requests_are_counted_by_route(client: Client) -> None:
    metrics.REQUESTS.clear()
    token = "B" * 42 + "A"
    for path in ("/connexion", "/professionnels", "/titulaire", "/employeurs"):
        await client.get(path)
    await client.get(f"/courriel/{token}")
    await client.http.head("/aide")
    await client.get("/deconnexion")
    await client.get("/nowhere")
    assert {labels[:3] for labels in counted()} == {
        ("/connexion", "GET", "200"),
        ("/professionnels", "GET", "200"),
        ("/titulaire", "GET", "200"),
        ("/employeurs", "GET", "200"),
        ("/courriel/{token}", "GET", "404"),
        ("/aide", "other", "200"),
        ("/deconnexion", "GET", "405"),
        ("none", "GET", "404"),
    }


async def test_no_address_is_counted_by_itself(client: Client) -> None:
    """16.2.5: a path may hold a token; and clients must not be able to create series at will."""
    await client.get("/activation/" + "B" * 42 + "A")
    before = counted()
    for number in range(20):
        await client.get(f"/activation/{number:043}")
        await client.get(f"/nowhere/{number}")
        await client.http.request(f"VERB{number}", f"/{number}")

    new = counted() - before
    assert len(new) <= 4
    assert {labels[0] for labels in new} <= {"none", "/activation/{token}"}
    assert not any("VERB" in label for labels in new for label in labels)


async def test_passwords_being_hashed_are_counted(app: Starlette) -> None:
    hasher: PasswordHasher = app.state.runtime.passwords

    def pending() -> float:
        [metric] = metrics.HASHING.collect()
        return float(metric.samples[0].value)

    before = pending()
    hashing = [asyncio.create_task(hasher.hash(str(n))) for n in range(5)]
    await asyncio.sleep(0)
    assert pending() == before + 5
    await asyncio.gather(*hashing)

    assert pending() == before
