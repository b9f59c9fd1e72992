"""`rotate-keys`: everything is re-encrypted while the site is in use, and nothing is lost."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from tests.support.db.rows import column, run, value
from tests.support.http.client import Client
from tests.support.logins.kinds import TITULAIRE, Account
from tests.support.logins.second_factor import protect, unused_code
from tests.support.mail.outbox import Outbox
from tests.support.programs.processes import until
from tests.support.text.spaces import plain
from tests.support.titulaires.accounts import identity_of, open_account
from tests.support.titulaires.journey import log_in, to_password, to_waiting
from tests.support.titulaires.people import PASSWORD, Person
from tests.support.titulaires.service_change import ask_for
from web.agents.access.records import WAITING_EMAIL
from web.agents.records import AGENT_EMAIL
from web.app import create_app
from web.core.crypto import key_rotation
from web.core.crypto.key_rotation import count_under_other_keys
from web.core.crypto.vault import Vault
from web.core.db.advisory_locks import AdvisoryLock
from web.core.db.bulk import bulk_connection, try_lock
from web.core.runtime import Runtime, build_runtime
from web.dossiers.reasons import open_reason, seal_reason
from web.people.former.records import FormerAccount, OpenAccount
from web.people.former.service import keep_former
from web.people.identity import ACCOUNT_IDENTITY, Identity
from web.profile.information.service import save_profile
from web.rotate_keys import SEALED_COLUMNS, rotate_keys
from web.settings import Settings

OLD = "test1:" + base64.b64encode(b"k" * 32).decode()
NEW = "nouvelle:" + base64.b64encode(b"n" * 32).decode()
# Binary columns that hold no ciphertext: digests and hashes, and the queue's own.
NO_BOX = ("digest", "hash", ".seal", ".bucket", ".mailbox", ".payload")
BYTES = """
    SELECT table_name || '.' || column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'bytea'
"""
IDENTITY = Identity("2850599990001", "madame", "Zoé", "Serin", "avant@exemple.fr")
WAITING = """
    SELECT EXISTS (SELECT FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock')
"""


def with_keys(settings: Settings, *keys: str) -> Settings:
    """The same settings with these keys; the first one encrypts."""
    return settings.model_copy(update={"nir_keys": SecretStr(",".join(keys))})


@pytest.fixture
def both(settings: Settings) -> Settings:
    """Settings during a rotation: the new key first, the old one second."""
    return with_keys(settings, NEW, OLD)


@asynccontextmanager
async def site(settings: Settings) -> AsyncIterator[Starlette]:
    """The application under other settings."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


async def count_left(settings: Settings) -> dict[str, int]:
    """Count the ciphertexts of each column that are not under the first key."""
    vault: Vault = build_runtime(settings).vault
    async with bulk_connection(settings.direct_url) as connection:
        return {
            one.name: await count_under_other_keys(connection, vault, one) for one in SEALED_COLUMNS
        }


async def test_every_column_of_boxes_is_known(runtime: Runtime) -> None:
    names = {name for name in await column(runtime, BYTES) if not name.endswith(NO_BOX)}
    assert names == {one.name for one in SEALED_COLUMNS}


async def fill(app: Starlette, outbox: Outbox) -> tuple[Person, Client, Client, Client, UUID]:
    """Fill every column that the site writes; browsers at three points of their journeys."""
    runtime: Runtime = app.state.runtime
    person = Person(email="zoe@exemple.fr")
    await open_account(runtime, person)
    space, typing, waiting = (Client(app) for _ in range(3))
    await to_password(typing, Person(first_name="Ana"))
    await to_waiting(waiting, Person(first_name="Béa", email="bea@exemple.fr"))
    await log_in(space, person)
    url = "/espace/informations/courriel"
    typed = {"email": "n@exemple.fr", "email_confirmation": "n@exemple.fr", "password": PASSWORD}
    await space.submit(await space.get(url), typed, action=url)
    await ask_for(runtime, person, "autre@exemple.fr")
    message = {"subject": "Bonjour", "message": "Un mot.", "email": "zoe@exemple.fr"}
    await space.submit(await space.get("/contact"), message, action="/contact")
    hours = await space.get("/espace/heures")
    await run(runtime, "UPDATE session SET last_seen_at = now() - interval '31 minutes'")
    await space.submit(hours, {"dif": "77"}, action="/espace/heures")
    dossier_id = uuid4()
    await run(
        runtime,
        "INSERT INTO dossier (id, person_id, number) SELECT $1, person_id, 'D-1' FROM account",
        dossier_id,
    )
    await run(
        runtime,
        "INSERT INTO dossier_step (dossier_id, revision, kind, actor, reason) "
        "VALUES ($1, 1, 'refused', 'organisme', $2), ($1, 2, 'created', 'titulaire', NULL)",
        dossier_id,
        seal_reason(runtime.vault, "Il manque une date.", dossier_id, 1),
    )
    opened = OpenAccount(await value(runtime, "SELECT id FROM account"), uuid4(), IDENTITY)
    async with runtime.db.transaction() as connection:
        await keep_former(runtime, connection, opened)
    return person, space, typing, waiting, dossier_id


async def test_after_the_rotation_everything_opens_without_the_old_key(
    app: Starlette,
    both: Settings,
    outbox: Outbox,
    capsys: pytest.CaptureFixture[str],
) -> None:
    person, space, typing, waiting, dossier_id = await fill(app, outbox)
    login_id = await value(app.state.runtime, "SELECT id FROM login")
    account = Account(TITULAIRE, person.nir, person.email, login_id)
    secret = await protect(app.state.runtime, account)
    filled = {name: count for name, count in (await count_left(both)).items() if count}
    of_agents = {AGENT_EMAIL.name, WAITING_EMAIL.name}
    assert filled.keys() == {one.name for one in SEALED_COLUMNS} - of_agents
    assert await rotate_keys(both) == 0
    output = plain(capsys.readouterr().out)
    assert f"{sum(filled.values())} valeurs chiffrées de nouveau, avec la clé nouvelle." in output
    assert "À retirer de NIR_KEYS" in output
    assert output.endswith(" : test1.\n")

    alone = with_keys(both, NEW)
    async with site(alone) as after:
        runtime: Runtime = after.state.runtime
        for browser in (space, typing, waiting):
            browser.http._transport = Client(after).http._transport
        assert (await typing.get("/inscription/identite")).values()["first_name"] == "Ana"
        assert "b••••@exemple.fr" in (await waiting.get("/inscription/courriel")).text
        page = await log_in(space, person)
        code = await unused_code(runtime, login_id, secret)
        assert (await space.submit(page, {"password_code": code})).url == "/espace"
        assert "n@exemple.fr" in (await space.get("/espace/informations")).text
        assert 'value="77"' in (await space.get("/espace/reprise")).html
        box = await value(runtime, "SELECT reason FROM dossier_step WHERE revision = 1")
        assert open_reason(runtime.vault, box, dossier_id, 1) == "Il manque une date."
        row = await value(runtime, "SELECT f FROM former_account f")
        former = FormerAccount(row["id"], row["holder_id"], row["names_digest"], row["email"])
        assert former.mailbox(runtime.vault) == IDENTITY.email
        smtp = alone.model_copy(
            update={"smtp_url": SecretStr(f"smtp://127.0.0.1:{outbox.peer.port}")}
        )
        await Outbox(outbox.peer, runtime, smtp).deliver()
        assert {mail.recipient for mail in outbox.peer.received} == {
            *("zoe@exemple.fr", "bea@exemple.fr", "n@exemple.fr", "autre@exemple.fr"),
            alone.contact_to,
        }
    for browser in (space, typing, waiting):
        await browser.http.aclose()


async def test_a_second_run_changes_nothing(
    runtime: Runtime, both: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        await open_account(runtime, Person())
    assert await rotate_keys(both) == 0
    rows = "SELECT string_agg(xmin::text || identity::text, ',' ORDER BY id) FROM account"
    before = await value(runtime, rows)
    capsys.readouterr()
    assert await rotate_keys(both) == 0
    assert await value(runtime, rows) == before
    assert "0 valeur chiffrée de nouveau" in plain(capsys.readouterr().out)


async def test_everything_saved_while_the_keys_change_is_kept(
    runtime: Runtime, both: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """11.2.2: keys rotate under load without loss."""
    monkeypatch.setattr(key_rotation, "BATCH", 3)
    accounts = [await open_account(runtime, Person()) for _ in range(30)]
    async with site(both) as app:
        during: Runtime = app.state.runtime
        finished = asyncio.Event()

        async def rotate_all_along() -> None:
            while not finished.is_set():
                assert await rotate_keys(both) == 0

        async def save(account_id: UUID) -> None:
            for number in range(6):
                identity = await identity_of(during, account_id)
                wanted = replace(identity, usual_name=f"Nom{'abcdef'[number]}")
                await save_profile(during, account_id, wanted, "")

        rotating = asyncio.create_task(rotate_all_along())
        await asyncio.gather(*(save(account_id) for account_id in accounts))
        finished.set()
        await rotating
    assert not any((await count_left(both)).values())
    async with site(with_keys(both, NEW)) as app:
        names = {(await identity_of(app.state.runtime, one)).usual_name for one in accounts}
    assert names == {"Nomf"}


async def test_a_concurrent_write_survives_the_rotation_and_is_reported(
    runtime: Runtime, both: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """A process that was not restarted still encrypts with the old key."""
    account_id = await open_account(runtime, Person())
    identity = await identity_of(runtime, account_id)
    async with runtime.db.transaction() as connection:
        await connection.execute("SELECT FROM account FOR UPDATE")
        rotating = asyncio.create_task(rotate_keys(both))
        # A separate task has a connection of its own.
        await asyncio.create_task(until(lambda: value(runtime, WAITING), "the rotation waits"))
        saved = replace(identity, usual_name="Dernière")
        await _save_in(connection, runtime, account_id, saved)
    assert await rotating == 1
    assert (await identity_of(runtime, account_id)).usual_name == "Dernière"
    output = plain(capsys.readouterr().err)
    assert "account.identity : 1 valeur avec une autre clé." in output
    assert "Un processus chiffre encore avec une autre clé" in output
    assert await rotate_keys(both) == 0
    assert not any((await count_left(both)).values())


async def _save_in(connection: Any, runtime: Runtime, account_id: UUID, identity: Any) -> None:
    box = ACCOUNT_IDENTITY.seal(runtime.vault, identity, id=account_id)
    await connection.execute("UPDATE account SET identity = $2 WHERE id = $1", account_id, box)


async def test_a_value_that_no_key_opens_is_left_counted_and_reported(
    runtime: Runtime, both: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = [await open_account(runtime, Person()) for _ in range(2)]
    lost = Vault({"perdue": b"p" * 32}, runtime.randomness)
    box = ACCOUNT_IDENTITY.seal(lost, IDENTITY, id=bad)
    await run(runtime, "UPDATE account SET identity = $2 WHERE id = $1", bad, box)
    assert await rotate_keys(both) == 1
    output = plain(capsys.readouterr().err)
    assert "1 valeur illisible avec les clés de NIR_KEYS : il manque une clé." in output
    assert str(bad) not in output
    assert await value(runtime, "SELECT identity FROM account WHERE id = $1", bad) == box
    async with site(with_keys(both, NEW)) as app:
        assert (await identity_of(app.state.runtime, good)).first_name == "Zoé"


async def test_one_rotation_at_a_time(both: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    async with bulk_connection(both.direct_url) as connection:
        await try_lock(connection, AdvisoryLock.ROTATE_KEYS)
        assert await rotate_keys(both) == 1
    assert "Un autre changement de clés est en cours." in capsys.readouterr().err
    assert await rotate_keys(both) == 0
