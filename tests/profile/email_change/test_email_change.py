"""A change of e-mail address: nothing changes before its owner confirms it."""

from __future__ import annotations

import asyncio
import re
from uuid import UUID

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import count, run, value
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.programs.processes import until
from tests.support.titulaires.accounts import events_of, identity_of, open_account
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import PASSWORD, Person
from web.auth.logins import LoginKind
from web.auth.reset.links import LinkState
from web.auth.reset.queries import void_links
from web.core.runtime import Runtime
from web.people.identity import nir_digest
from web.profile.service import lock_account

URL = "/espace/informations/courriel"
WAITING = """
    SELECT EXISTS (SELECT FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock')
"""
CANCEL = f"{URL}/annuler"
NEW = "zoe.neuve@exemple.fr"
LINK = re.compile(r"https?://[^\s/]+(/courriel/[A-Za-z0-9_-]{43})")
RESET = re.compile(r"https?://[^\s/]+(/mot-de-passe/[A-Za-z0-9_-]{43})")


async def ask(space: Client, email: str = NEW, **changes: str) -> Page:
    fields = {"email": email, "email_confirmation": email, "password": PASSWORD, **changes}
    return await space.submit(await space.get(URL), fields, action=URL)


def link_in(outbox: Outbox, address: str = NEW) -> str:
    found = LINK.search(outbox.to(address)[-1].text)
    assert found, "no link in the mail"
    return found[1]


async def test_the_link_confirms_the_new_address_and_the_old_one_is_told(
    space: Client, runtime: Runtime, account_id: UUID, outbox: Outbox
) -> None:
    """6.3.7."""
    page = await ask(space)
    assert "ouvrez son lien sous 24 heures" in page.text
    assert NEW in page.text
    await outbox.deliver()
    mail = outbox.to("zoe@exemple.fr")[-1]
    assert mail.subject == "Changement d’adresse demandé pour votre compte"
    assert NEW not in mail.text
    assert "z••••@e••••.fr" in mail.text
    assert (await identity_of(runtime, account_id)).email == "zoe@exemple.fr"

    link = await space.get(link_in(outbox))
    done = await space.submit(link)
    assert "Votre adresse courriel a changé" in done.text
    assert (await identity_of(runtime, account_id)).email == NEW
    await outbox.deliver()
    assert outbox.to("zoe@exemple.fr")[-1].subject == "L’adresse de votre compte a changé"
    assert await events_of(runtime, "email_change_asked", "email_changed") == [
        "email_change_asked",
        "email_changed",
    ]
    assert await count(runtime, "email_change") == 0


async def test_the_link_works_in_another_browser_without_a_session(
    space: Client, app: Starlette, outbox: Outbox, runtime: Runtime, account_id: UUID
) -> None:
    await ask(space)
    await outbox.deliver()
    async with Client(app) as phone:
        await phone.submit(await phone.get(link_in(outbox)))
    assert (await identity_of(runtime, account_id)).email == NEW


async def test_a_hundred_visits_of_the_link_change_nothing(
    space: Client, outbox: Outbox, runtime: Runtime, account_id: UUID
) -> None:
    await ask(space)
    await outbox.deliver()
    for _ in range(100):
        assert (await space.http.get(link_in(outbox))).status_code == 200
    assert (await identity_of(runtime, account_id)).email == "zoe@exemple.fr"


@pytest.mark.parametrize(("age", "status"), [("23:59:00", 200), ("24:00:01", 410)])
async def test_the_link_is_valid_24_hours_by_the_database_s_clock(
    space: Client, outbox: Outbox, runtime: Runtime, account_id: UUID, age: str, status: int
) -> None:
    await ask(space)
    await outbox.deliver()
    link = await space.get(link_in(outbox))
    for table in ("email_change", "bearer_token"):
        await run(runtime, f"UPDATE {table} SET expires_at = expires_at - '{age}'::interval")
    assert (await space.get(link_in(outbox))).status == status
    answer = await space.submit(link)
    changed = (await identity_of(runtime, account_id)).email == NEW
    assert changed is (status == 200)
    assert answer.status == status


async def test_the_answer_is_the_same_when_the_address_has_an_account(
    space: Client, runtime: Runtime, outbox: Outbox, account_id: UUID
) -> None:
    taken = Person(email="ines@exemple.fr")
    await open_account(runtime, taken)
    known, unknown = await ask(space, taken.email), await ask(space, NEW)

    def neutral(page: Page) -> str:
        return page.text.replace(taken.email, NEW)

    assert neutral(known)[:400] == neutral(unknown)[:400]
    assert known.url == unknown.url
    assert known.status == unknown.status == 200
    await ask(space, taken.email)
    await outbox.deliver()
    mail = outbox.to(taken.email)[-1]
    assert mail.subject == "Cette adresse est déjà utilisée"
    assert not LINK.search(mail.text)


async def test_an_address_taken_after_the_link_was_sent_is_said_to_its_owner(
    space: Client, runtime: Runtime, outbox: Outbox, account_id: UUID
) -> None:
    await ask(space)
    await outbox.deliver()
    await open_account(runtime, Person(email=NEW))
    answer = await space.submit(await space.get(link_in(outbox)))
    assert answer.status == 409
    assert "Cette adresse est déjà utilisée" in answer.text
    assert (await identity_of(runtime, account_id)).email == "zoe@exemple.fr"


async def test_a_newer_change_voids_the_link_of_the_earlier_one(
    space: Client, runtime: Runtime, outbox: Outbox, account_id: UUID
) -> None:
    await ask(space)
    await outbox.deliver()
    await ask(space, "autre@exemple.fr")
    assert (await space.get(link_in(outbox))).status == 410
    await outbox.deliver()
    await space.submit(await space.get(link_in(outbox, "autre@exemple.fr")))
    assert (await identity_of(runtime, account_id)).email == "autre@exemple.fr"


async def test_the_same_address_asked_for_twice_gets_two_links_that_work(
    space: Client, runtime: Runtime, outbox: Outbox, account_id: UUID
) -> None:
    await ask(space)
    await outbox.deliver()
    first = link_in(outbox)
    await run(runtime, "UPDATE bearer_token SET expires_at = expires_at - interval '23:50:00'")
    await ask(space)
    await outbox.deliver()
    second = link_in(outbox)
    assert first != second
    assert [(await space.get(link)).status for link in (first, second)] == [200, 200]
    for age, statuses in (("11 minutes", [410, 200]), ("24 hours", [410, 410])):
        await run(runtime, f"UPDATE bearer_token SET expires_at = expires_at - interval '{age}'")
        assert [(await space.get(link)).status for link in (first, second)] == statuses


async def test_once_one_of_two_links_has_served_the_other_says_so(
    space: Client, runtime: Runtime, outbox: Outbox, account_id: UUID
) -> None:
    await ask(space)
    await outbox.deliver()
    first = link_in(outbox)
    await ask(space)
    await outbox.deliver()
    await space.submit(await space.get(first))
    assert (await identity_of(runtime, account_id)).email == NEW
    assert (await space.get(link_in(outbox))).status == 410


async def test_a_cancelled_change_voids_its_link(
    space: Client, runtime: Runtime, outbox: Outbox, account_id: UUID
) -> None:
    page = await ask(space)
    await outbox.deliver()
    page = await space.submit(page, action=CANCEL)
    assert "Le changement est annulé" in page.text
    assert NEW not in page.text
    over = await space.get(link_in(outbox))
    assert over.status == 410
    assert "n’a pas changé" in over.text
    assert await events_of(runtime, "email_change_cancelled") == ["email_change_cancelled"]


async def test_a_confirmation_link_works_once_and_says_so(
    space: Client, outbox: Outbox, runtime: Runtime, account_id: UUID
) -> None:
    await ask(space)
    await outbox.deliver()
    first, second = await space.get(link_in(outbox)), await space.get(link_in(outbox))
    values = first.values()
    await space.post(first.url, values)
    assert (await space.submit(second)).status == 410
    repeated = await space.post(first.url, values)
    assert "Votre adresse courriel a changé" in repeated.text
    assert "déjà confirmée" in (await space.get(first.url)).text
    assert await events_of(runtime, "email_changed") == ["email_changed"]


async def test_five_presses_at_once_change_it_once(
    space: Client, outbox: Outbox, runtime: Runtime, account_id: UUID
) -> None:
    await ask(space)
    await outbox.deliver()
    page = await space.get(link_in(outbox))
    answers = await asyncio.gather(*(space.post(page.url, page.values()) for _ in range(5)))
    assert {answer.status for answer in answers} == {200}
    assert await events_of(runtime, "email_changed") == ["email_changed"]
    await outbox.deliver()
    changed = [m for m in outbox.to("zoe@exemple.fr") if "a changé" in m.subject]
    assert len(changed) == 1


async def test_the_same_request_twice_sends_one_link(
    space: Client, outbox: Outbox, account_id: UUID
) -> None:
    values = (await space.get(URL)).values(URL) | {
        "email": NEW,
        "email_confirmation": NEW,
        "password": PASSWORD,
    }
    await asyncio.gather(*(space.post(URL, values) for _ in range(3)))
    await outbox.deliver()
    assert len(outbox.to(NEW)) == 1


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"email": "pas une adresse", "email_confirmation": "x"}, "email", "avec un @"),
        ({"email_confirmation": "autre@exemple.fr"}, "email_confirmation", "deux fois"),
        ({"email": "zoe@exemple.fr", "email_confirmation": "zoe@exemple.fr"}, "email", "déjà"),
        ({"password": ""}, "password", "Saisissez votre mot de passe"),
        ({"password": "Mauvais-123-passe"}, "password", "Ce n’est pas votre mot de passe"),
    ],
)
async def test_an_invalid_form_is_explained_and_sends_nothing(
    space: Client, runtime: Runtime, changes: dict[str, str], field: str, sentence: str
) -> None:
    refused = await ask(space, **changes)
    assert refused.status == 422
    assert sentence in refused.error_of(field)
    values = refused.values(URL)
    assert values["email"] == changes.get("email", NEW)
    assert values["password"] == ""
    assert await count(runtime, "mail") == 0
    assert await count(runtime, "email_change") == 0


async def test_changes_are_bounded_and_what_was_typed_is_kept(space: Client) -> None:
    for number in range(5):
        assert (await ask(space, f"zoe{number}@exemple.fr")).status == 200
    refused = await ask(space, "zoe5@exemple.fr")
    assert refused.status == 429
    assert int(refused.response.headers["Retry-After"]) > 0
    assert refused.values(URL)["email"] == "zoe5@exemple.fr"


@pytest.mark.parametrize("token", ["a", "x" * 43, "x" * 500, "é", "%00"])
async def test_a_link_that_does_not_exist_says_so(client: Client, token: str) -> None:
    page = await client.get(f"/courriel/{token}")
    assert page.status == 404
    assert "Ce lien n’est pas reconnu" in page.text


async def test_the_new_address_is_sealed_and_the_mail_s_token_is_not_kept(
    space: Client, runtime: Runtime, outbox: Outbox
) -> None:
    await ask(space)
    await outbox.deliver()
    token = link_in(outbox).rpartition("/")[2]
    async with runtime.db.connection() as connection:
        for table in ("email_change", "bearer_token", "mail", "event", "pgqueuer", "pgqueuer_log"):
            rows = await connection.fetch(f"SELECT * FROM {table}")
            kept = repr([dict(row) for row in rows])
            assert NEW not in kept
            assert token not in kept


async def test_after_the_change_the_same_password_still_opens_the_account(
    space: Client, outbox: Outbox, person: Person
) -> None:
    await ask(space)
    await outbox.deliver()
    await space.submit(await space.get(link_in(outbox)))
    assert "Synthèse de votre compte" in (await log_in(space, person)).text


async def test_expired_changes_are_purged(space: Client, runtime: Runtime, outbox: Outbox) -> None:
    await ask(space)
    await run(runtime, "UPDATE email_change SET expires_at = now() - interval '1 second'")
    await outbox.clear()
    assert await count(runtime, "email_change") == 0


async def reset_link(space: Client, person: Person, outbox: Outbox) -> str:
    """Request a link by « Mot de passe oublié »; return its path, mailed to the current address."""
    await space.submit(await space.get("/mot-de-passe-oublie"), {"nir": person.nir})
    await outbox.deliver()
    found = RESET.search(outbox.to(person.email)[-1].text)
    assert found, "no link in the mail"
    return found[1]


async def test_a_password_link_mailed_to_the_old_address_opens_nothing_after_the_change(
    space: Client, app: Starlette, outbox: Outbox, person: Person
) -> None:
    await ask(space)
    reset = await reset_link(space, person, outbox)
    await space.submit(await space.get(link_in(outbox)))
    async with Client(app) as who_reads_the_old_box:
        over = await who_reads_the_old_box.get(reset)
    assert over.status == 410
    assert "L’adresse courriel de votre compte a changé depuis" in over.text
    await outbox.deliver()
    before = len(outbox.to(NEW))
    person.email = NEW
    assert (await space.get(await reset_link(space, person, outbox))).status == 200
    assert len(outbox.to(NEW)) == before + 1


async def test_a_request_being_answered_while_links_are_voided_waits_and_is_voided(
    space: Client, outbox: Outbox, runtime: Runtime, person: Person, account_id: UUID
) -> None:
    await space.submit(await space.get("/mot-de-passe-oublie"), {"nir": person.nir})
    async with runtime.db.transaction() as connection:
        await lock_account(runtime, connection, account_id)
        answering = asyncio.create_task(outbox.deliver())

        # A separate task has a connection of its own.
        await asyncio.create_task(until(lambda: value(runtime, WAITING), "the worker waits"))
        digest = nir_digest(runtime.hasher, person.nir)
        await void_links(
            connection, LoginKind.TITULAIRE, digest, account_id, LinkState.ADDRESS_CHANGED
        )
    await answering
    assert not outbox.peer.received
    assert await count(runtime, "mail") == 0


async def test_another_password_voids_a_change_that_waits_and_the_history_says_so(
    space: Client, outbox: Outbox, runtime: Runtime, account_id: UUID, person: Person
) -> None:
    await ask(space)
    await outbox.deliver()
    reset = await space.get(await reset_link(space, person, outbox))
    await space.submit(
        reset, {"password": "Girafe-913-Mauve", "password_confirmation": "Girafe-913-Mauve"}
    )
    over = await space.get(link_in(outbox))
    assert over.status == 410
    assert "votre mot de passe a changé depuis" in over.text
    assert (await identity_of(runtime, account_id)).email == "zoe@exemple.fr"
    assert await events_of(runtime, "password_reset", "email_change_cancelled") == [
        "password_reset",
        "email_change_cancelled",
    ]
