"""`account change-email`: a lost mailbox is replaced, unless its owner refuses in time."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.support.db.rows import corrupt, run, value
from tests.support.desks.agents import InventedAgent, add
from tests.support.http.client import Client
from tests.support.logins.kinds import Account
from tests.support.logins.password_links import NEW as NEW_PASSWORD
from tests.support.logins.password_links import asked_link
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import events_of, identity_of, open_account
from tests.support.titulaires.people import PASSWORD, Person
from web.assistance.command import Asked, run_act
from web.assistance.email_change.asking import change_to
from web.assistance.email_change.service import settle_changes
from web.core.runtime import Runtime
from web.settings import Settings

NEW = "retrouvee@exemple.fr"
REASON = "Messagerie perdue, pièce d’identité vérifiée"
CONFIRM = re.compile(r"https?://[^\s/]+(/changement-d-adresse/[A-Za-z0-9_-]{43})")
REFUSE = re.compile(r"https?://[^\s/]+(/changement-d-adresse/refus/[A-Za-z0-9_-]{43})")
LATER = """
    UPDATE service_email_change SET asked_at = asked_at - $1::interval,
        due_at = due_at - $1::interval, expires_at = expires_at - $1::interval
"""
STATE = "SELECT ended_as FROM service_email_change ORDER BY asked_at DESC LIMIT 1"


async def ask(settings: Settings, account: Account, email: str = NEW) -> int:
    return await run_act(settings, Asked(account.identifier, REASON), change_to(email))


async def let_pass(runtime: Runtime, days: str) -> None:
    async with runtime.db.connection() as connection:
        interval = await connection.fetchval("SELECT $1::text::interval", days)
    await run(runtime, LATER, interval)


def link_in(outbox: Outbox, pattern: re.Pattern[str], address: str) -> str:
    found = [match[1] for mail in outbox.to(address) if (match := pattern.search(mail.text))]
    assert found, "no link in the mails"
    return found[-1]


def subjects(outbox: Outbox, address: str) -> list[str]:
    return [mail.subject for mail in outbox.to(address)]


async def test_a_person_who_lost_their_mailbox_gets_back_into_their_account(
    client: Client, settings: Settings, outbox: Outbox, account: Account, runtime: Runtime
) -> None:
    assert await ask(settings, account) == 0
    await outbox.deliver()
    warning = outbox.to(account.email)[-1]
    assert "vous pouvez le refuser" in warning.subject
    for part in (warning.text, warning.html):
        assert REASON in part
        assert NEW not in part
        assert "r••••@e••••.fr" in part
    page = await client.get(link_in(outbox, CONFIRM, NEW))
    assert NEW in page.text
    assert "est confirmée" in (await client.submit(page)).text
    await outbox.clear()
    assert await value(runtime, STATE) is None
    await let_pass(runtime, "3 days")
    await outbox.clear()
    assert await value(runtime, STATE) == "effective"
    await outbox.deliver()
    assert "L’adresse de votre compte a changé" in subjects(outbox, account.email)
    told = outbox.to(NEW)[-1]
    assert "Nos courriels arrivent désormais à cette adresse-ci" in told.text
    identifier = NEW if account.kind.name == "agent" else account.identifier
    moved = Account(account.kind, identifier, NEW, account.login_id)
    path = await asked_link(client, moved, outbox)
    await client.submit(await client.get(path), NEW_PASSWORD)
    again = Account(account.kind, identifier, NEW, account.login_id, NEW_PASSWORD["password"])
    assert (await again.log_in(client)).url == account.kind.home


async def test_the_earlier_address_refuses_by_its_link(
    client: Client, settings: Settings, outbox: Outbox, account: Account, runtime: Runtime
) -> None:
    assert await ask(settings, account) == 0
    await outbox.deliver()
    confirm = link_in(outbox, CONFIRM, NEW)
    await client.submit(await client.get(confirm))
    refusal = link_in(outbox, REFUSE, account.email)
    assert "est refusé" in (await client.submit(await client.get(refusal))).text
    again = await client.get(refusal)
    assert again.status == 410
    assert "Ce lien a déjà servi" in again.text
    over = await client.get(confirm)
    assert over.status == 410
    assert "a été refusé" in over.text
    await let_pass(runtime, "4 days")
    await outbox.clear()
    assert await value(runtime, STATE) == "refused"
    await outbox.deliver()
    assert subjects(outbox, NEW)[-1] == "Votre changement d’adresse a été refusé"
    count = await value(runtime, account.kind.events, "email_change_refused")
    assert count == 1
    assert (await account.log_in(client)).url == account.kind.home


async def test_a_hundred_visits_of_the_links_neither_confirm_nor_refuse(
    client: Client, settings: Settings, outbox: Outbox, account: Account, runtime: Runtime
) -> None:
    """3.5.3."""
    assert await ask(settings, account) == 0
    await outbox.deliver()
    for link in (link_in(outbox, CONFIRM, NEW), link_in(outbox, REFUSE, account.email)):
        for _ in range(50):
            assert (await client.http.get(link)).status_code == 200
    untouched = "SELECT confirmed_at IS NULL AND ended_as IS NULL FROM service_email_change"
    assert await value(runtime, untouched)


async def test_a_confirmation_alone_does_not_shorten_the_three_days(
    client: Client, settings: Settings, outbox: Outbox, account: Account, runtime: Runtime
) -> None:
    assert await ask(settings, account) == 0
    await outbox.deliver()
    await client.submit(await client.get(link_in(outbox, CONFIRM, NEW)))
    await let_pass(runtime, "2 days 23 hours 59 minutes")
    await outbox.clear()
    assert await value(runtime, STATE) is None
    assert (await client.get(link_in(outbox, REFUSE, account.email))).status == 200


async def test_three_days_alone_do_not_change_the_address(
    client: Client, settings: Settings, outbox: Outbox, account: Account, runtime: Runtime
) -> None:
    assert await ask(settings, account) == 0
    await outbox.deliver()
    await let_pass(runtime, "9 days 23 hours")
    await outbox.clear()
    assert await value(runtime, STATE) is None
    await client.submit(await client.get(link_in(outbox, CONFIRM, NEW)))
    assert await value(runtime, STATE) == "effective"
    late = await client.get(link_in(outbox, REFUSE, account.email))
    assert late.status == 410
    assert "trop tard" in late.text
    assert "déjà cette adresse" in (await client.get(link_in(outbox, CONFIRM, NEW))).text


async def test_a_change_that_cannot_be_decrypted_does_not_hold_up_the_others(
    settings: Settings, account: Account, runtime: Runtime
) -> None:
    broken = await add(runtime, InventedAgent(email="illisible@exemple.fr"))
    asked = Asked(broken.email, REASON)
    assert await run_act(settings, asked, change_to("autre@exemple.fr")) == 0
    assert await ask(settings, account) == 0
    await run(runtime, "UPDATE service_email_change SET confirmed_at = now()")
    await let_pass(runtime, "4 days")
    await corrupt(runtime, "professional.email", "id = $1", broken.id)
    await settle_changes(runtime)
    state = "SELECT ended_as FROM service_email_change WHERE login_id = $1"
    assert await value(runtime, state, account.login_id) == "effective"
    assert await value(runtime, state, broken.id) is None


async def test_a_change_that_nobody_confirms_expires(
    client: Client, settings: Settings, outbox: Outbox, account: Account, runtime: Runtime
) -> None:
    assert await ask(settings, account) == 0
    await outbox.deliver()
    page = await client.get(link_in(outbox, CONFIRM, NEW))
    await let_pass(runtime, "10 days 1 second")
    answer = await client.submit(page)
    assert answer.status == 410
    assert "Ce lien n’est plus valable" in answer.text
    await outbox.clear()
    assert await value(runtime, STATE) == "expired"
    assert await value(runtime, account.kind.events, "email_change_cancelled") == 1


@pytest.mark.parametrize("path", ["/changement-d-adresse/", "/changement-d-adresse/refus/"])
@pytest.mark.parametrize("token", ["x", "A" * 43])
async def test_an_unknown_link_is_not_recognised(client: Client, path: str, token: str) -> None:
    page = await client.get(path + token)
    assert page.status == 404
    assert "Ce lien n’est pas reconnu" in page.text


async def test_asked_again_for_the_same_address_the_dates_stay_and_the_links_leave_again(
    settings: Settings,
    outbox: Outbox,
    account: Account,
    runtime: Runtime,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await ask(settings, account) == 0
    await let_pass(runtime, "1 day")
    due = await value(runtime, "SELECT due_at FROM service_email_change")
    assert await ask(settings, account, NEW.upper()) == 0
    assert "déjà demandé" in capsys.readouterr().out
    assert await value(runtime, "SELECT due_at FROM service_email_change") == due
    await outbox.deliver()
    assert len(outbox.to(NEW)) == 2


async def test_another_address_replaces_the_pending_change(
    client: Client, settings: Settings, outbox: Outbox, account: Account
) -> None:
    assert await ask(settings, account) == 0
    await outbox.deliver()
    assert await ask(settings, account, "autre@exemple.fr") == 0
    over = await client.get(link_in(outbox, CONFIRM, NEW))
    assert over.status == 410
    assert "plus récent" in over.text


async def test_the_two_links_followed_at_once_end_in_one_state(
    client: Client,
    elsewhere: Client,
    settings: Settings,
    outbox: Outbox,
    account: Account,
    runtime: Runtime,
) -> None:
    assert await ask(settings, account) == 0
    await outbox.deliver()
    await let_pass(runtime, "4 days")
    confirm = await client.get(link_in(outbox, CONFIRM, NEW))
    refusal = await elsewhere.get(link_in(outbox, REFUSE, account.email))
    answers = await asyncio.gather(client.submit(confirm), elsewhere.submit(refusal))
    assert sorted(answer.status for answer in answers) == [200, 410]
    state = await value(runtime, STATE)
    assert state == ("effective" if answers[0].status == 200 else "refused")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "adresse courriel complète"),
        ("zoe", "adresse courriel complète"),
        ("Zoe@Exemple.fr", "déjà l’adresse de ce compte"),
        ("ines@exemple.fr", "Un autre compte utilise déjà"),
    ],
)
async def test_an_address_that_will_not_do_is_refused(
    settings: Settings,
    runtime: Runtime,
    capsys: pytest.CaptureFixture[str],
    typed: str,
    sentence: str,
) -> None:
    person = Person(email="zoe@exemple.fr")
    await open_account(runtime, person)
    await open_account(runtime, Person(email="ines@exemple.fr"))
    assert await run_act(settings, Asked(person.nir, REASON), change_to(typed)) == 1
    assert sentence in capsys.readouterr().err
    assert await value(runtime, "SELECT count(*) FROM mail") == 0


async def test_an_address_with_two_kinds_of_account_needs_the_kind(
    settings: Settings, runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    person = Person(email="zoe@exemple.fr")
    account_id = await open_account(runtime, person)
    await add(runtime, InventedAgent(email=person.email))
    assert await run_act(settings, Asked(person.email, REASON), change_to(NEW)) == 1
    assert "--kind" in capsys.readouterr().err
    assert await run_act(settings, Asked(person.email, REASON, "titulair"), change_to(NEW)) == 1
    asked = Asked(person.email, REASON, "titulaire")
    assert await run_act(settings, asked, change_to(NEW)) == 0
    assert await value(runtime, "SELECT login_id FROM service_email_change") == account_id


async def test_an_address_taken_meanwhile_stays_with_its_account(
    client: Client, settings: Settings, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person(email="zoe@exemple.fr")
    account_id = await open_account(runtime, person)
    assert await run_act(settings, Asked(person.nir, REASON), change_to(NEW)) == 0
    await outbox.deliver()
    await client.submit(await client.get(link_in(outbox, CONFIRM, NEW)))
    await open_account(runtime, Person(email=NEW))
    await let_pass(runtime, "3 days")
    await outbox.clear()
    assert await value(runtime, STATE) == "taken"
    assert (await identity_of(runtime, account_id)).email == person.email
    assert await events_of(runtime, "email_change_cancelled") == [
        "email_change_cancelled: adresse déjà utilisée"
    ]


async def test_a_titulaire_who_changes_the_address_alone_ends_the_request(
    client: Client, settings: Settings, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person(email="zoe@exemple.fr")
    account_id = await open_account(runtime, person)
    assert await run_act(settings, Asked(person.nir, REASON), change_to(NEW)) == 0
    login = await client.get("/connexion")
    await client.submit(login, {"nir": person.nir, "password": PASSWORD})
    url, own = "/espace/informations/courriel", "autre@exemple.fr"
    fields = {"email": own, "email_confirmation": own, "password": PASSWORD}
    await client.submit(await client.get(url), fields, action=url)
    await outbox.deliver()
    link = re.search(r"https?://[^\s/]+(/courriel/[A-Za-z0-9_-]{43})", outbox.to(own)[-1].text)
    assert link
    await client.submit(await client.get(link[1]))
    await let_pass(runtime, "4 days")
    await client.submit(await client.get(link_in(outbox, CONFIRM, NEW)))
    assert await value(runtime, STATE) == "replaced"
    assert (await identity_of(runtime, account_id)).email == own


async def test_the_history_shows_the_request_and_its_reason(
    client: Client, settings: Settings, runtime: Runtime
) -> None:
    person = Person()
    await open_account(runtime, person)
    assert await run_act(settings, Asked(person.nir, REASON), change_to(NEW)) == 0
    login = await client.get("/connexion")
    await client.submit(login, {"nir": person.nir, "password": PASSWORD})
    text = (await client.get("/espace/historique")).text
    for words in ("Changement d’adresse courriel demandé", REASON, "Le service"):
        assert words in text
    document = await client.submit(
        await client.get("/espace/mes-donnees"), action="/espace/mes-donnees"
    )
    assert NEW in document.response.text
