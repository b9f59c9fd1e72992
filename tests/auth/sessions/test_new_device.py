"""A login from a new browser is notified by mail; user agents are reduced to coarse kinds."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import run, value
from tests.support.http.client import Client
from tests.support.logins.devices import make_known
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.journey import log_in, register
from tests.support.titulaires.people import Person
from web.auth.sessions.known_devices import MOST_PER_SUBJECT
from web.core.http.browser.device_cookie import MOST_ACCOUNTS
from web.core.http.browser.device_kind import UNKNOWN_DEVICE, device_kind
from web.core.runtime import Runtime

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Safari/605.1.15"
)
KINDS = {
    FIREFOX: "Firefox sur Windows",
    FIREFOX.replace("140.0", "141.0"): "Firefox sur Windows",
    SAFARI: "Safari sur Mac",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 "
    "Safari/537.36 Edg/138.0.0.0": "Edge sur Windows",
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/138.0.0.0 Safari/537.36": "Chrome sur ChromeOS",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 "
    "Safari/537.36 OPR/120.0.0.0": "Opera sur Linux",
    "Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) "
    "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36": "Samsung Internet sur Android",
    "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "FxiOS/140.0 Mobile/15E148 Safari/605.1.15": "Firefox sur iPad",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) CriOS/138.0 Mobile/15E148 Safari/604.1": "Chrome sur iPhone",
    "w3m/0.5.3+git20230121": "Navigateur en mode texte",
    "Lynx/2.9.0 libwww-FM/2.14": "Navigateur en mode texte",
    "Robot (Windows NT 10.0)": "Autre navigateur sur Windows",
    "": UNKNOWN_DEVICE,
    "<script>alert(1)</script>\r\nX: y": UNKNOWN_DEVICE,
    "x" * 600 + "Firefox/1 Windows": UNKNOWN_DEVICE,
}
SUBJECT = "Connexion depuis un nouvel appareil"


@pytest.mark.parametrize(("header", "kind"), KINDS.items())
def test_a_device_is_one_of_a_few_dozen_kinds(header: str, kind: str) -> None:
    assert device_kind(header) == kind


async def subjects_after_login(
    client: Client, person: Person, outbox: Outbox, user_agent: str
) -> list[str]:
    """The subjects of the mails after a login with this user agent."""
    before = len(outbox.peer.received)
    client.http.headers["User-Agent"] = user_agent
    await log_in(client, person)
    await outbox.deliver()
    return [mail.subject for mail in outbox.peer.received[before:]]


async def test_a_login_from_a_browser_of_another_kind_is_told_once(
    client: Client, outbox: Outbox
) -> None:
    person = Person()
    client.http.headers["User-Agent"] = FIREFOX
    await register(client, person, outbox)
    assert await subjects_after_login(client, person, outbox, FIREFOX) == []
    newer = FIREFOX.replace("140.0", "152.0")
    assert await subjects_after_login(client, person, outbox, newer) == []
    assert await subjects_after_login(client, person, outbox, SAFARI) == [SUBJECT]
    mail = outbox.to(person.email)[-1]
    for part in (mail.text, mail.html):
        assert "Safari sur Mac" in part
        assert "/mot-de-passe-oublie" in part
    assert await subjects_after_login(client, person, outbox, SAFARI) == []


async def test_saying_that_one_is_of_a_known_kind_silences_nothing(
    app: Starlette, client: Client, outbox: Outbox
) -> None:
    person = Person()
    client.http.headers["User-Agent"] = FIREFOX
    await register(client, person, outbox)
    assert await subjects_after_login(client, person, outbox, FIREFOX) == []
    async with Client(app, address="198.51.100.9") as thief:
        assert await subjects_after_login(thief, person, outbox, FIREFOX) == [SUBJECT]
        # A user who clears cookies is notified each time; the mail says so.
        thief.http.cookies.clear()
        assert await subjects_after_login(thief, person, outbox, FIREFOX) == [SUBJECT]
    assert "efface ses cookies" in outbox.to(person.email)[-1].text


async def test_two_people_of_one_browser_are_both_known_there_and_a_seventh_replaces_the_first(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    client.http.headers["User-Agent"] = FIREFOX
    people = [Person() for _ in range(MOST_ACCOUNTS + 1)]
    for person in people:
        await open_account(runtime, person)
        assert await subjects_after_login(client, person, outbox, FIREFOX) == [SUBJECT]
    for person in people[1:]:
        assert await subjects_after_login(client, person, outbox, FIREFOX) == []
    assert await subjects_after_login(client, people[0], outbox, FIREFOX) == [SUBJECT]


async def test_an_account_forgets_browsers_by_age_and_past_twenty(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    await open_account(runtime, person)
    for _ in range(MOST_PER_SUBJECT + 1):
        client.http.cookies.clear()
        await make_known(client, person)
    assert await value(runtime, "SELECT count(*) FROM known_device") == MOST_PER_SUBJECT
    await run(runtime, "UPDATE known_device SET last_used_at = now() - interval '366 days'")
    await outbox.clear()
    assert await value(runtime, "SELECT count(*) FROM known_device") == 0


@pytest.mark.parametrize("pressed", ["closing the others", "another password", "closing"])
async def test_other_browsers_are_forgotten_with_their_sessions(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime, pressed: str
) -> None:
    person = Person()
    await register(client, person, outbox)
    async with Client(app, address="198.51.100.9") as other:
        await log_in(other, person)
        await log_in(client, person)
        assert await value(runtime, "SELECT count(*) FROM known_device") == 2
        if pressed == "closing the others":
            page = await client.get("/espace/connexions")
            await client.submit(page, action="/espace/connexions/fermer-les-autres")
        elif pressed == "another password":
            new = {"password": "Girafe-913-Mauve", "password_confirmation": "Girafe-913-Mauve"}
            page = await client.get("/espace/mot-de-passe")
            await client.submit(page, {"password_current": person.password, **new})
        else:
            page = await client.get("/espace/informations/fermeture")
            await client.submit(page, {"password": person.password})
    left = 0 if pressed == "closing" else 1
    assert await value(runtime, "SELECT count(*) FROM known_device") == left


async def test_a_button_pressed_twice_tells_one_new_device(
    app: Starlette, client: Client, outbox: Outbox
) -> None:
    person = Person()
    await register(client, person, outbox)
    async with Client(app, address="198.51.100.9") as other:
        page = await other.get("/connexion")
        typed = {**page.values(), "nir": person.nir, "password": person.password}
        await asyncio.gather(*(other.post("/connexion", typed, follow=False) for _ in range(3)))
    await outbox.deliver()
    assert [mail.subject for mail in outbox.to(person.email)].count(SUBJECT) == 1


async def test_a_device_whose_logins_were_refused_is_still_new(
    client: Client, outbox: Outbox
) -> None:
    person = Person()
    client.http.headers["User-Agent"] = FIREFOX
    await register(client, person, outbox)
    wrong = Person(nir=person.nir, password="Faux-mot-000-passe")
    assert await subjects_after_login(client, wrong, outbox, SAFARI) == []
    await outbox.clear()
    assert await subjects_after_login(client, person, outbox, SAFARI) == [SUBJECT]


async def test_a_link_followed_on_a_new_device_does_not_make_it_known(
    client: Client, outbox: Outbox
) -> None:
    person = Person()
    client.http.headers["User-Agent"] = FIREFOX
    await register(client, person, outbox)
    client.http.headers["User-Agent"] = SAFARI
    await client.submit(await client.get("/mot-de-passe-oublie"), {"nir": person.nir})
    await outbox.deliver()
    words = outbox.to(person.email)[-1].text.split()
    link = next(word for word in words if "/mot-de-passe/" in word)
    person.password = "Girafe-913-Mauve"
    fields = {"password": person.password, "password_confirmation": person.password}
    await client.submit(await client.get(link), fields)
    subjects = await subjects_after_login(client, person, outbox, SAFARI)
    assert sorted(subjects) == [SUBJECT, "Votre mot de passe a changé"]
