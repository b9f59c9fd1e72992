"""A login from a new browser is notified by mail; user agents are reduced to coarse kinds."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.support.db.rows import run, value
from tests.support.http.client import Client
from tests.support.logins.devices import make_known
from tests.support.logins.kinds import AGENT, TITULAIRE, Account, Kind
from tests.support.logins.password_links import NEW, asked_link
from tests.support.mail.outbox import Outbox
from web.auth.sessions.known_devices import MOST_PER_SUBJECT
from web.core.http.browser.device_cookie import MOST_ACCOUNTS
from web.core.http.browser.device_kind import UNKNOWN_DEVICE, device_kind
from web.core.runtime import Runtime

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Safari/605.1.15"
)
DEVICES = {
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


@pytest.mark.parametrize(("header", "kind"), DEVICES.items())
def test_a_device_is_one_of_a_few_dozen_kinds(header: str, kind: str) -> None:
    assert device_kind(header) == kind


@pytest.fixture
async def known(client: Client, account: Account) -> Account:
    """An account of each kind, which knows the browser `client`, a Firefox."""
    client.http.headers["User-Agent"] = FIREFOX
    await make_known(client, account)
    return account


async def subjects_after_login(
    client: Client, account: Account, outbox: Outbox, user_agent: str
) -> list[str]:
    """The subjects of the mails after a login with this user agent."""
    before = len(outbox.peer.received)
    client.http.headers["User-Agent"] = user_agent
    await account.log_in(client)
    await outbox.deliver()
    return [mail.subject for mail in outbox.peer.received[before:]]


async def test_a_login_from_a_browser_of_another_kind_is_told_once(
    client: Client, known: Account, outbox: Outbox, runtime: Runtime
) -> None:
    assert await subjects_after_login(client, known, outbox, FIREFOX) == []
    newer = FIREFOX.replace("140.0", "152.0")
    assert await subjects_after_login(client, known, outbox, newer) == []
    assert await subjects_after_login(client, known, outbox, SAFARI) == [SUBJECT]
    mail = outbox.to(known.email)[-1]
    for part in (mail.text, mail.html):
        assert "Safari sur Mac" in part
        assert known.kind.forgotten in part
        assert known.kind is not AGENT or "Verrerie Duval" in part
    assert await subjects_after_login(client, known, outbox, SAFARI) == []
    assert await value(runtime, known.kind.events, "login") == 4
    if known.kind is AGENT:
        assert await value(runtime, "SELECT count(*) FROM professional_event") == 4


async def test_claiming_a_known_kind_of_device_does_not_suppress_the_mail(
    client: Client, elsewhere: Client, known: Account, outbox: Outbox
) -> None:
    assert await subjects_after_login(client, known, outbox, FIREFOX) == []
    assert await subjects_after_login(elsewhere, known, outbox, FIREFOX) == [SUBJECT]
    assert await subjects_after_login(elsewhere, known, outbox, FIREFOX) == []
    # A user who clears cookies is notified each time; the mail says so.
    elsewhere.http.cookies.clear()
    assert await subjects_after_login(elsewhere, known, outbox, FIREFOX) == [SUBJECT]
    assert "efface ses cookies" in outbox.to(known.email)[-1].text
    assert await subjects_after_login(client, known, outbox, FIREFOX) == []


async def test_accounts_of_one_browser_are_all_known_there_and_a_seventh_replaces_the_first(
    client: Client, kind: Kind, outbox: Outbox, runtime: Runtime
) -> None:
    accounts = [await kind.open(runtime) for _ in range(MOST_ACCOUNTS + 1)]
    for one in accounts:
        assert await subjects_after_login(client, one, outbox, FIREFOX) == [SUBJECT]
    for one in accounts[1:]:
        assert await subjects_after_login(client, one, outbox, FIREFOX) == []
    assert await subjects_after_login(client, accounts[0], outbox, FIREFOX) == [SUBJECT]


async def test_an_account_forgets_browsers_by_age_and_past_twenty(
    client: Client, account: Account, outbox: Outbox, runtime: Runtime
) -> None:
    for _ in range(MOST_PER_SUBJECT + 1):
        client.http.cookies.clear()
        await make_known(client, account)
    assert await value(runtime, "SELECT count(*) FROM known_device") == MOST_PER_SUBJECT
    await run(runtime, "UPDATE known_device SET last_used_at = now() - interval '366 days'")
    await outbox.clear()
    assert await value(runtime, "SELECT count(*) FROM known_device") == 0


@pytest.mark.parametrize("pressed", ["closing the others", "another password"])
async def test_other_browsers_are_forgotten_with_their_sessions(
    client: Client, elsewhere: Client, known: Account, runtime: Runtime, pressed: str
) -> None:
    await known.log_in(elsewhere)
    await known.log_in(client)
    assert await value(runtime, "SELECT count(*) FROM known_device") == 2
    if pressed == "closing the others":
        page = await client.get(known.kind.sessions)
        await client.submit(page, action=f"{known.kind.sessions}/fermer-les-autres")
    else:
        page = await client.get(known.kind.change)
        typed = {"password_current": known.password, **NEW}
        await client.submit(page, typed, action=known.kind.change)
    assert await value(runtime, "SELECT count(*) FROM known_device") == 1


async def test_a_closed_account_forgets_every_browser(
    client: Client, elsewhere: Client, runtime: Runtime
) -> None:
    account = await TITULAIRE.open(runtime)
    await account.log_in(elsewhere)
    await account.log_in(client)
    assert await value(runtime, "SELECT count(*) FROM known_device") == 2
    page = await client.get("/espace/informations/fermeture")
    await client.submit(page, {"password": account.password})
    assert await value(runtime, "SELECT count(*) FROM known_device") == 0


async def test_a_button_pressed_twice_tells_one_new_device(
    elsewhere: Client, known: Account, outbox: Outbox
) -> None:
    page = await elsewhere.get(known.kind.login)
    typed = {**page.values(), **known.credentials}
    login = known.kind.login
    await asyncio.gather(*(elsewhere.post(login, typed, follow=False) for _ in range(3)))
    await outbox.deliver()
    assert [mail.subject for mail in outbox.to(known.email)].count(SUBJECT) == 1


async def test_a_device_whose_logins_were_refused_is_still_new(
    client: Client, known: Account, outbox: Outbox
) -> None:
    wrong = replace(known, password="Faux-mot-000-passe")
    assert await subjects_after_login(client, wrong, outbox, SAFARI) == []
    await outbox.clear()
    assert await subjects_after_login(client, known, outbox, SAFARI) == [SUBJECT]


async def test_a_link_followed_on_a_new_device_does_not_make_it_known(
    client: Client, known: Account, outbox: Outbox
) -> None:
    client.http.headers["User-Agent"] = SAFARI
    link = await asked_link(client, known, outbox)
    await client.submit(await client.get(link), NEW)
    renewed = replace(known, password=NEW["password"])
    subjects = await subjects_after_login(client, renewed, outbox, SAFARI)
    assert sorted(subjects) == [SUBJECT, "Votre mot de passe a changé"]
