"""« Compte et sécurité » of an agent: the password, and the open sessions."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.db.rows import column, run, value
from tests.support.desks.agents import InventedAgent, add, enter_password, log_in_agent
from tests.support.http.client import Client
from tests.support.logins.devices import make_known
from tests.support.mail.outbox import Outbox
from web.core.runtime import Runtime

ACCOUNT = "/professionnels/compte"
PASSWORD, SESSIONS = f"{ACCOUNT}/mot-de-passe", f"{ACCOUNT}/connexions"
NEW = {"password": "Girafe-913-Mauve", "password_confirmation": "Girafe-913-Mauve"}


@pytest.fixture
async def space(client: Client, employer: InventedAgent) -> Client:
    """The employer's agent, logged in with a known browser."""
    await make_known(client, employer)
    await log_in_agent(client, employer)
    return client


async def test_the_page_says_who_one_is_and_what_protects_the_account(
    space: Client, employer: InventedAgent
) -> None:
    page = await space.get(ACCOUNT)
    assert employer.email in page.text
    assert "999 999 808 00010" in page.text
    assert "Mettre en place un second facteur" in page.text
    for path in (PASSWORD, SESSIONS):
        assert f'href="{path}"' in page.html


async def test_the_password_is_changed_and_the_other_sessions_end(
    space: Client, elsewhere: Client, employer: InventedAgent, outbox: Outbox, runtime: Runtime
) -> None:
    await make_known(elsewhere, employer)
    await log_in_agent(elsewhere, employer)
    before = space.http.cookies["compte"]
    page = await space.get(PASSWORD)
    fields = {**page.values(PASSWORD), "password_current": employer.password, **NEW}
    answers = await asyncio.gather(*(space.post(PASSWORD, fields, follow=False) for _ in range(3)))
    assert {(answer.status, answer.location) for answer in answers} == {(303, SESSIONS)}
    page = await space.get(SESSIONS)
    assert "Votre mot de passe est modifié." in page.text
    assert space.http.cookies["compte"] != before
    assert (await elsewhere.get(ACCOUNT, follow=False)).status == 303
    await outbox.deliver()
    [mail] = outbox.to(employer.email)
    assert mail.subject == "Votre mot de passe a changé"
    assert "modifié dans votre espace" in mail.text
    assert "password_changed" in await column(runtime, "SELECT kind FROM professional_event")
    employer.password = NEW["password"]
    assert (await enter_password(elsewhere, employer)).url == "/employeur"


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"password_current": "Faux-mot-000"}, "password_current", "Ce n’est pas votre mot"),
        ({"password_current": ""}, "password_current", "Saisissez votre mot de passe actuel"),
        ({"password": "Verrerie-482"}, "password", "ni le nom de votre organisation"),
        ({"password": "court"}, "password", "au moins 3"),
        ({"password_confirmation": "x"}, "password_confirmation", "deux fois"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_nothing_changes(
    space: Client,
    employer: InventedAgent,
    runtime: Runtime,
    fields: dict[str, str],
    field: str,
    sentence: str,
) -> None:
    before = await value(runtime, "SELECT password_hash FROM login")
    page = await space.get(PASSWORD)
    typed = {"password_current": employer.password, **NEW, **fields}
    page = await space.submit(page, typed, action=PASSWORD)
    assert page.status == 422
    assert sentence in page.error_of(field)
    assert await value(runtime, "SELECT password_hash FROM login") == before


async def test_the_same_password_is_no_change(space: Client, employer: InventedAgent) -> None:
    page = await space.get(PASSWORD)
    same = dict.fromkeys(
        ("password_current", "password", "password_confirmation"), employer.password
    )
    page = await space.submit(page, same, action=PASSWORD)
    assert "différent de l’actuel" in page.error_of("password")


async def test_wrong_current_passwords_are_bounded_by_session(
    space: Client, elsewhere: Client, employer: InventedAgent, runtime: Runtime
) -> None:
    page = await space.get(PASSWORD)
    typed = {"password_current": "Faux-mot-000", **NEW}
    statuses = [(await space.submit(page, typed, action=PASSWORD)).status for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    await log_in_agent(elsewhere, employer)
    page = await elsewhere.get(PASSWORD)
    page = await elsewhere.submit(
        page, {"password_current": employer.password, **NEW}, action=PASSWORD
    )
    assert page.url == SESSIONS


async def test_the_strength_is_told_while_typing(space: Client) -> None:
    page = await space.get(PASSWORD)
    fields = {"csrf": page.values(PASSWORD)["csrf"], "password": "Duval-Girafe-913"}
    part = await space.post(f"{PASSWORD}/robustesse", fields, htmx=True)
    assert "ni le nom de votre organisation" in part.text


async def test_sessions_are_listed_and_ended_one_or_all(
    space: Client, elsewhere: Client, employer: InventedAgent, runtime: Runtime
) -> None:
    await log_in_agent(elsewhere, employer)
    page = await space.get(SESSIONS)
    assert page.text.count("Fermer cette connexion") == 1
    await space.submit(
        page,
        action=page.html.split(f'action="{SESSIONS}/')[1].split('"')[0].join((f"{SESSIONS}/", "")),
    )
    assert (await elsewhere.get(ACCOUNT, follow=False)).status == 303
    await log_in_agent(elsewhere, employer)
    page = await space.submit(await space.get(SESSIONS), action=f"{SESSIONS}/fermer-les-autres")
    assert "Vos autres connexions sont fermées." in page.text
    assert (await elsewhere.get(ACCOUNT, follow=False)).status == 303
    assert (await space.get(ACCOUNT)).status == 200
    assert await value(runtime, "SELECT count(*) FROM session") == 1


async def test_another_agent_s_session_cannot_be_ended(
    space: Client, elsewhere: Client, runtime: Runtime
) -> None:
    other = await add(runtime, InventedAgent())
    await log_in_agent(elsewhere, other)
    theirs = await value(runtime, "SELECT id FROM session WHERE login_id = $1", other.id)
    page = await space.get(SESSIONS)
    values = page.values("/professionnels/deconnexion")
    await space.post(f"{SESSIONS}/{theirs}/fermer", values)
    assert (await elsewhere.get(ACCOUNT)).status == 200


async def test_what_has_had_its_time_is_cleared(
    space: Client, runtime: Runtime, outbox: Outbox
) -> None:
    await run(runtime, "UPDATE session SET created_at = now() - interval '25 hours'")
    await run(runtime, "UPDATE professional_event SET occurred_at = now() - interval '366 days'")
    await run(runtime, "UPDATE known_device SET last_used_at = now() - interval '366 days'")
    await run(
        runtime,
        """
        INSERT INTO password_link (id, kind, purpose, identifier_digest, created_at)
        VALUES (gen_random_uuid(), 'agent', 'reset', '\\x01', now() - interval '31 days')
        """,
    )
    await outbox.clear()
    for table in ("session", "professional_event", "password_link"):
        assert await value(runtime, f"SELECT count(*) FROM {table}") == 0
    assert await value(runtime, "SELECT count(*) FROM known_device") == 0
