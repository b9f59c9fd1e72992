"""A schema migrated by a later version, while this one goes on using it, or refuses to."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.config import Config

from migrations.phases import RELEASES, UnknownPhaseError, oldest_served
from tests.support.db.roles import APPLICATION, OWNER, as_role
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.programs.commands import Finished, run_command
from tests.support.programs.settings import DEFAULTS
from tests.support.titulaires.journey import log_in, register_and_log_in, to_waiting
from tests.support.titulaires.people import Person
from web.core.db import migrations
from web.core.db.migrations import TABLES_IN_USE, TRYING_AGAIN, TablesInUseError
from web.core.db.schema import FOLDER, MARK, WrongSchemaError, newest_revision

LATER = "9998"
REVISION = """
from alembic import op

revision, down_revision = "{revision}", "{before}"
branch_labels = depends_on = None
{phase}


def upgrade() -> None:
    for statement in {statements}:
        op.execute(statement)


def downgrade() -> None:
    pass
"""
GROWS = (
    "ALTER TABLE dossier ADD COLUMN room text NOT NULL DEFAULT ''",
    "ALTER TABLE session ADD COLUMN room text NOT NULL DEFAULT ''",
    "CREATE TABLE room (id int PRIMARY KEY)",
)
EXPAND = 'phase = "expand"'
# Revisions of releases that do not exist yet.
LAST_OF_NEXT = "9997"
CONTRACT = 'phase = "contract"\nunused_since = "{}"'
LOSES = ("ALTER TABLE dossier DROP COLUMN cost CASCADE",)
COMMENT = "SELECT obj_description('alembic_version'::regclass, 'pg_class')"
MAY_WRITE_ROOMS = f"SELECT has_table_privilege('{APPLICATION}', 'room', 'INSERT')"
NEWER = "base de données d’une version plus récente\n"
Later = Callable[..., None]


@pytest.fixture
def migrate_later(owner_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Later:
    """Migrate as a later version would, whose last revision has this phase and statements."""
    monkeypatch.setitem(RELEASES, "0.9.0", LAST_OF_NEXT)

    def migrate(phase: str, *statements: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / f"{LATER}_later.py").write_text(
            REVISION.format(
                revision=LATER, before=newest_revision(), phase=phase, statements=statements
            )
        )
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["url"] = owner_url
        command.upgrade(config, "head")

    return migrate


def migrate_with_this(url: str, *options: str) -> Finished:
    return run_command("migrate", *options, **{**DEFAULTS, "database_url": url})


def value(url: str, sql: str) -> Any:
    async def ask() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(ask())


async def test_a_server_and_a_worker_go_on_while_the_schema_grows(
    client: Client, outbox: Outbox, migrate_later: Later
) -> None:
    """The server's connections, with their prepared statements, are those of before."""
    person = Person()
    await register_and_log_in(client, person, outbox)
    assert (await client.get("/espace/dossiers")).status == 200
    await asyncio.to_thread(migrate_later, EXPAND, *GROWS)

    page = await client.get("/sante/pret")
    assert (page.status, page.html) == (200, "prêt\n")
    assert (await client.get("/espace/dossiers")).status == 200
    newcomer = Person()
    await register_and_log_in(client, newcomer, outbox)
    assert len(outbox.to(newcomer.email)) == 1
    assert (await log_in(client, person)).url == "/espace"


async def test_a_server_and_a_worker_refuse_a_schema_that_lost_what_they_use(
    client: Client, outbox: Outbox, migrate_later: Later
) -> None:
    await asyncio.to_thread(migrate_later, CONTRACT.format("0.9.0"), *LOSES)

    page = await client.get("/sante/pret")
    assert (page.status, page.html) == (503, NEWER)
    await to_waiting(client, Person())
    with pytest.raises(WrongSchemaError, match=LATER):
        await outbox.deliver()


async def test_a_schema_that_lost_what_an_earlier_release_gave_up_is_accepted(
    client: Client, migrate_later: Later
) -> None:
    await asyncio.to_thread(migrate_later, CONTRACT.format("0.2.0"), "DROP INDEX mail_age")
    assert (await client.get("/sante/pret")).status == 200


def test_an_earlier_program_leaves_a_schema_that_grew_and_its_rights_alone(
    owner_url: str, migrate_later: Later
) -> None:
    """A rollback starts the version before: its `migrate` must not fail."""
    migrate_later(EXPAND, *GROWS)
    done = migrate_with_this(owner_url, "--grant-to", APPLICATION)
    assert (done.status, done.err) == (0, "")
    assert f"révision {LATER}" in done.out
    assert "rien n’a été changé" in done.out
    assert value(owner_url, MAY_WRITE_ROOMS) is False


def test_an_earlier_program_refuses_to_migrate_a_schema_it_cannot_use(
    owner_url: str, migrate_later: Later
) -> None:
    migrate_later(CONTRACT.format("0.9.0"), *LOSES)
    done = migrate_with_this(owner_url)
    assert (done.status, done.out) == (1, "")
    assert f"révision {LATER}" in done.err


def test_a_newer_schema_without_a_record_is_refused(owner_url: str, migrate_later: Later) -> None:
    migrate_later(EXPAND, *GROWS)
    value(owner_url, "COMMENT ON TABLE alembic_version IS NULL")
    assert migrate_with_this(owner_url).status == 1


def test_the_record_follows_the_schema_up_and_down(empty_url: str) -> None:
    migrations.upgrade(empty_url, "0031")
    assert value(empty_url, COMMENT) == f"{MARK}0031"
    migrations.upgrade(empty_url)
    assert value(empty_url, COMMENT) == f"{MARK}0032"
    migrations.downgrade(empty_url, "0017")
    assert value(empty_url, COMMENT) == f"{MARK}0015"


@pytest.mark.parametrize(
    "declared", [{}, {"phase": "both"}, {"phase": "contract"}, {"unused_since": "0.2.0"}]
)
def test_a_revision_without_a_known_phase_is_not_applied(declared: dict[str, str]) -> None:
    revision = ModuleType("later")
    vars(revision).update(declared, revision=LATER)
    with pytest.raises(UnknownPhaseError, match=LATER):
        oldest_served([revision])


async def hold(url: str, seconds: float, done: asyncio.Future[Any]) -> None:
    """Use a table in a transaction, until `done` or for as long as that."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT FROM session")
            await asyncio.wait([done], timeout=seconds)
    finally:
        await connection.close()


def migrate_while_held(url: str, held: float, patience: float) -> list[str]:
    """Migrate while a transaction uses the table of sessions; return what was reported."""
    reported: list[str] = []

    async def both() -> None:
        migrating = asyncio.ensure_future(
            asyncio.to_thread(
                migrations.upgrade, url, report=reported.append, patience_seconds=patience
            )
        )
        await asyncio.gather(hold(url, held, migrating), migrating)

    asyncio.run(both())
    return reported


def test_a_revision_waits_for_a_table_in_use_by_trying_again(timely_url: str) -> None:
    owner_url = as_role(timely_url, OWNER)
    migrations.downgrade(owner_url, "0033")
    assert migrate_while_held(owner_url, held=2, patience=60)[:1] == [TRYING_AGAIN]
    assert value(owner_url, "SELECT version_num FROM alembic_version") == newest_revision()


def test_a_table_that_stays_in_use_ends_the_migration_with_a_sentence(timely_url: str) -> None:
    owner_url = as_role(timely_url, OWNER)
    migrations.downgrade(owner_url, "0033")
    with pytest.raises(TablesInUseError) as refusal:
        migrate_while_held(owner_url, held=60, patience=0.5)
    assert str(refusal.value) == TABLES_IN_USE
    assert value(owner_url, "SELECT version_num FROM alembic_version") == "0033"
