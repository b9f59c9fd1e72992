"""A login from a kind of device never seen is told by mail, and kinds of device are coarse."""

from __future__ import annotations

import pytest

from tests.support.client import Client
from tests.support.journey import log_in, register
from tests.support.outbox import Outbox
from tests.support.people import Person
from web.accounts.devices import UNKNOWN_DEVICE, device_kind

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
    """What arrives after a login from there."""
    before = len(outbox.peer.received)
    client.http.headers["User-Agent"] = user_agent
    await log_in(client, person)
    await outbox.deliver()
    return [mail.subject for mail in outbox.peer.received[before:]]


async def test_a_login_from_a_new_kind_of_device_is_told_once(
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


async def test_a_device_whose_logins_were_refused_is_still_new(
    client: Client, outbox: Outbox
) -> None:
    person = Person()
    client.http.headers["User-Agent"] = FIREFOX
    await register(client, person, outbox)
    wrong = Person(nir=person.nir, password="Faux-mot-000-passe")
    assert await subjects_after_login(client, wrong, outbox, SAFARI) == []
    await outbox.worker().purge()
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
    told = await subjects_after_login(client, person, outbox, SAFARI)
    assert sorted(told) == [SUBJECT, "Votre mot de passe a changé"]
