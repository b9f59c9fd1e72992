"""The application under a role without ownership: it works, and can alter no schema."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from urllib.parse import quote

import asyncpg
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from tests.support.db.roles import as_role
from tests.support.db.rows import as_owner, value
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox, Peer
from tests.support.titulaires.journey import register_and_log_in
from tests.support.titulaires.people import PASSWORD, Person
from tests.support.training.feeding import EMPLOYERS, as_file, feed_credits
from web.app import create_app
from web.core.cli.progress import FileProgress
from web.core.runtime import Runtime
from web.feed.yearly.service import apply_feed
from web.grants import APPEND_ONLY, UNDELETABLE, check_role, grant_to
from web.people.history.check import check_histories
from web.people.history.seals import SealCheck
from web.rotate_keys import rotate_keys
from web.settings import Settings

ROLE = "Application d’essai"
CREDIT = ("demandeur-emploi", "2015-05-02", "Pôle emploi", "R-1")


@pytest.fixture
async def app_settings(settings: Settings, administrator_url: str, owner_url: str) -> Settings:
    """The same database, under a role whose name needs quoting."""
    owner = await asyncpg.connect(administrator_url)
    quoted = await owner.fetchval("SELECT quote_ident($1)", ROLE)
    if not await owner.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", ROLE):
        await owner.execute(f"CREATE ROLE {quoted} LOGIN")
    await owner.close()
    await grant_to(owner_url, ROLE)
    return settings.model_copy(update={"database_url": as_role(owner_url, quote(ROLE))})


@pytest.fixture
async def limited(app_settings: Settings) -> AsyncIterator[Starlette]:
    """The application under that role."""
    app = create_app(app_settings)
    async with app.router.lifespan_context(app):
        yield app


async def test_the_application_does_its_work_under_a_role_that_owns_nothing(
    limited: Starlette, app_settings: Settings
) -> None:
    runtime: Runtime = limited.state.runtime
    assert await value(runtime, "SELECT current_user") == ROLE
    peer = Peer()
    await peer.start()
    smtp = SecretStr(f"smtp://127.0.0.1:{peer.port}")
    outbox = Outbox(peer, runtime, app_settings.model_copy(update={"smtp_url": smtp}))
    person = Person(email="zoe@exemple.fr")
    async with Client(limited) as client:
        await register_and_log_in(client, person, outbox)
        hours, profile = "/espace/heures", "/espace/informations"
        await client.submit(await client.get(hours), {"dif": "80"}, action=hours)
        await client.submit(await client.get(hours), {"dif": "90"}, action=hours)
        await client.submit(await client.get(profile), {"usual_name": "Martin"}, action=profile)
        file = as_file([(person.nir, 2015, EMPLOYERS[0], 1607, "")])
        with FileProgress(0, 0) as telling:
            await apply_feed(
                app_settings.direct_url, runtime.hasher, file, date(2016, 3, 1), telling
            )
        assert "24 h" in (await client.get("/espace")).text
        for granted in (100, 90):
            await feed_credits(runtime, [(person.nir, *CREDIT[:1], granted, *CREDIT[1:])])
        assert "114 h" in (await client.get("/espace")).text
        message = {"subject": "Bonjour", "message": "Un mot.", "email": person.email}
        await client.submit(await client.get("/contact"), message, action="/contact")
        await outbox.deliver()
        await outbox.clear()
        closing = f"{profile}/fermeture"
        await client.submit(await client.get(closing), {"password": PASSWORD}, action=closing)
        await register_and_log_in(client, person, outbox)
        text = (await client.get("/espace/historique")).text
        for words in ("Compte fermé", "Solde DIF corrigé (90 h)"):
            assert words in text
        assert (await client.get("/sante/pret")).status == 200
    assert await rotate_keys(app_settings) == 0
    await peer.stop()
    async with runtime.db.connection() as connection:
        assert await check_histories(connection) == []
        assert await SealCheck(runtime.hasher)(connection) == []
        assert await check_role(connection) == []


ALTERATIONS = [
    *(
        statement
        for table in (*APPEND_ONLY, "event_head")
        for statement in (
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
            f"ALTER TABLE {table} DISABLE TRIGGER ALL",
            f"DROP TABLE {table} CASCADE",
            f"CREATE TRIGGER mine BEFORE INSERT ON {table} EXECUTE FUNCTION refuse_change()",
        )
    ),
    "UPDATE event SET detail = ''",
    "UPDATE movement SET hours = 1000",
    "UPDATE history_seal SET position = 1",
    "UPDATE dif_lock SET dossier_number = ''",
    "UPDATE event_head SET hash = ''",
    "INSERT INTO event_head (person_id, position, hash) SELECT id, 9, '' FROM person",
    "DROP TRIGGER event_is_chained ON event",
    "CREATE OR REPLACE FUNCTION chain_event() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "ALTER FUNCTION chain_event() SECURITY INVOKER",
    "SET session_replication_role = replica",
    "SET ROLE postgres",
    "CREATE TABLE public.event_too (id int)",
    "UPDATE alembic_version SET version_num = '0001'",
    "UPDATE account SET person_id = person_id",
    "UPDATE account SET id = id",
    "UPDATE account SET created_at = now(), terms_accepted_at = now()",
    "UPDATE person SET nir_digest = nir_digest",
    "UPDATE person SET id = id",
    "UPDATE session SET login_id = login_id",
    "UPDATE dossier SET person_id = person_id",
    "UPDATE dossier SET number = number",
    "UPDATE delegation SET person_id = person_id, siret = siret",
    "UPDATE delegation SET granted_at = now()",
    "UPDATE hours_worked SET person_id = person_id",
    "UPDATE exceptional_credit SET person_id = person_id",
    "UPDATE exceptional_credit SET reference = reference",
    "UPDATE dossier_step SET actor = actor",
    "UPDATE professional_event SET kind = kind",
    *(f"DELETE FROM {table}" for table in UNDELETABLE),
]


async def test_that_role_alters_neither_histories_nor_movements(runtime: Runtime) -> None:
    async with runtime.db.connection() as connection:
        for statement in ALTERATIONS:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)


async def test_no_table_of_that_role_takes_the_place_of_where_chains_end(runtime: Runtime) -> None:
    async with runtime.db.transaction() as connection:
        person_id = await connection.fetchval(
            "INSERT INTO person (nir_digest) VALUES ('x') RETURNING id"
        )
        await connection.execute(
            "CREATE TEMP TABLE event_head (person_id uuid PRIMARY KEY, position int, hash bytea)"
        )
        for _ in range(2):
            await connection.execute(
                "INSERT INTO event (person_id, kind, actor, position, hash) "
                "VALUES ($1, 'login', 'titulaire', 7, 'forged')",
                person_id,
            )
        assert await connection.fetchval("SELECT count(*) FROM pg_temp.event_head") == 0
        await connection.execute("DROP TABLE pg_temp.event_head")
        assert await check_histories(connection) == []


async def test_the_role_that_owns_the_tables_is_told_of_by_check(runtime: Runtime) -> None:
    async with as_owner(runtime) as connection:
        (sentence,) = await check_role(connection)
    assert "dif_lock, event, history_seal, login.id, login.kind, movement" in sentence
    assert "account.id, account.person_id" in sentence
    assert "person.id, person.nir_digest" in sentence
    assert "migrate --grant-to" in sentence
