"""An attacker takes over an account by its mailbox: the history records each step, in order."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette

from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.pages.tree import text_of
from tests.support.titulaires.journey import log_in, register_and_log_in
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime
from web.former.command import run_restoration
from web.people.history.queries import count_broken_histories
from web.settings import Settings

HISTORY, HOURS, PROFILE = "/espace/historique", "/espace/heures", "/espace/informations"
EMAIL, PASSWORD = f"{PROFILE}/courriel", "/espace/mot-de-passe"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/138.0.0.0 Mobile Safari/537.36"
)
OWNER, THIEF = ("Vous", "Firefox sur Windows"), ("Vous", "Chrome sur Android")
NOBODY_KNOWS = ("Personne non identifiée", "Chrome sur Android")
BY_LINK = ("Personne ayant suivi le lien du courriel", "Chrome sur Android")
THIEF_S_ADDRESS = "voleur@exemple.net"
LINK = re.compile(r"https?://[^\s/]+(/(?:mot-de-passe|courriel)/[A-Za-z0-9_-]{43})")


@pytest.fixture
async def thief(app: Starlette) -> AsyncIterator[Client]:
    """The attacker's browser, elsewhere, on another kind of device."""
    async with Client(app, address="198.51.100.66") as client:
        client.http.headers["User-Agent"] = CHROME
        yield client


@pytest.fixture
async def owner(client: Client, outbox: Outbox) -> Person:
    """The owner, registered, with 80 declared hours of DIF."""
    person = Person(email="zoe@exemple.fr")
    client.http.headers["User-Agent"] = FIREFOX
    await register_and_log_in(client, person, outbox)
    await client.submit(await client.get(HOURS), {"dif": "80"}, action=HOURS)
    return person


def last_link(outbox: Outbox, address: str) -> str:
    """The link of the newest mail that has one, as a reader of the mailbox finds it."""
    found = LINK.findall("".join(mail.text for mail in outbox.to(address)))
    assert found, "no link in the mails"
    return str(found[-1])


async def choose_another_password(
    browser: Client, outbox: Outbox, person: Person, password: str
) -> None:
    """Complete « Mot de passe oublié », from the request to the new password."""
    await browser.submit(await browser.get("/mot-de-passe-oublie"), {"nir": person.nir})
    await outbox.deliver()
    page = await browser.get(last_link(outbox, person.email))
    chosen = {"password": password, "password_confirmation": password}
    assert "est enregistré" in (await browser.submit(page, chosen)).text


async def ask_for_the_thief_s_address(thief: Client, password: str, outbox: Outbox) -> None:
    typed = {"email": THIEF_S_ADDRESS, "email_confirmation": THIEF_S_ADDRESS, "password": password}
    await thief.submit(await thief.get(EMAIL), typed, action=EMAIL)
    await outbox.deliver()


async def shown_history(browser: Client) -> list[tuple[str, str, str]]:
    """The history as its pages show it, oldest first: action, actor, device."""
    rows: list[tuple[str, str, str]] = []
    number = 1
    while True:
        page = await browser.get(f"{HISTORY}?page={number}")
        assert page.dom is not None
        for row in page.dom.iter("tr"):
            cells = [text_of(cell) for cell in row]
            if row[0].get("scope") == "row":
                assert re.match(r"\d{1,2}(er)? \S+ \d{4} à \d{1,2} h \d\d", cells[0]), cells[0]
                rows.append((cells[1], cells[2], cells[3]))
        if f"page={number + 1}" not in page.html:
            return rows[::-1]
        number += 1


async def test_the_history_shows_a_whole_takeover_even_after_the_account_was_closed(
    client: Client,
    thief: Client,
    owner: Person,
    outbox: Outbox,
    runtime: Runtime,
    settings: Settings,
) -> None:
    first, second = "Girafe-913-Mauve", "Autruche-779-Bleue"
    for guess in ("Zoe-12345-zoe", "Orange-1985-zoe"):
        assert (await log_in(thief, Person(nir=owner.nir, password=guess))).status == 422
    await choose_another_password(thief, outbox, owner, first)
    await log_in(thief, Person(nir=owner.nir, password=first))
    data = "/espace/mes-donnees"
    await thief.submit(await thief.get(data), action=data)
    await thief.submit(await thief.get(PROFILE), {"mobile": "07 56 78 90 12"}, action=PROFILE)
    await ask_for_the_thief_s_address(thief, first, outbox)
    await thief.submit(await thief.get(last_link(outbox, THIEF_S_ADDRESS)))
    await thief.submit(await thief.get(HOURS), {"dif": "0"}, action=HOURS)
    changed = {"password_current": first, "password": second, "password_confirmation": second}
    await thief.submit(await thief.get(PASSWORD), changed, action=PASSWORD)
    closing = f"{PROFILE}/fermeture"
    await thief.submit(await thief.get(closing), {"password": second}, action=closing)
    await outbox.deliver()

    # The previous mailbox was notified of each step up to the change of address.
    assert [mail.subject for mail in outbox.to(owner.email)][1:] == [
        "Choisissez un nouveau mot de passe",
        "Votre mot de passe a changé",
        "Connexion depuis un nouvel appareil",
        "Changement d’adresse demandé pour votre compte",
        "L’adresse de votre compte a changé",
    ]
    assert (await client.get("/espace", follow=False)).status == 303
    back = Person(nir=owner.nir, email="zoe.prudente@exemple.fr")
    await register_and_log_in(client, back, outbox)
    assert [action for action, *_ in await shown_history(client)] == ["Compte activé", "Connexion"]
    # The mailbox of the account is now the attacker's: the service restores access.
    assert await run_restoration(settings, back.email, whatever_names=False) == 0
    assert await shown_history(client) == [
        ("Compte activé", *OWNER),
        ("Connexion", *OWNER),
        ("Solde DIF déclaré (80 h)", *OWNER),
        ("Connexion refusée : mot de passe incorrect (2 essais)", *NOBODY_KNOWS),
        ("Mot de passe oublié : lien demandé par courriel", *NOBODY_KNOWS),
        ("Mot de passe oublié : nouveau mot de passe choisi", *BY_LINK),
        ("Connexion", *THIEF),
        ("Données personnelles téléchargées", *THIEF),
        ("Informations personnelles modifiées (téléphone portable)", *THIEF),
        ("Changement d’adresse courriel demandé", *THIEF),
        ("Adresse courriel changée", *BY_LINK),
        ("Solde DIF corrigé (0 h)", *THIEF),
        ("Mot de passe modifié", *THIEF),
        ("Compte fermé", *THIEF),
        ("Compte activé", *OWNER),
        ("Connexion", *OWNER),
        ("Dossiers et historique d’un ancien compte retrouvés", "Le service", "–"),
    ]
    assert await count_broken_histories(runtime.db) == 0


async def test_an_owner_who_recovers_the_mailbox_in_time_keeps_the_account_and_reads_the_attempts(
    client: Client, thief: Client, owner: Person, outbox: Outbox
) -> None:
    stolen, safe = "Girafe-913-Mauve", "Autruche-779-Bleue"
    await choose_another_password(thief, outbox, owner, stolen)
    await log_in(thief, Person(nir=owner.nir, password=stolen))
    await ask_for_the_thief_s_address(thief, stolen, outbox)
    await choose_another_password(client, outbox, owner, safe)

    over = await thief.get(last_link(outbox, THIEF_S_ADDRESS))
    assert over.status == 410
    assert (await thief.get("/espace", follow=False)).status == 303
    owner.password = safe
    await log_in(client, owner)
    assert "zoe@exemple.fr" in (await client.get(PROFILE)).text
    assert (await shown_history(client))[3:] == [
        ("Mot de passe oublié : lien demandé par courriel", *NOBODY_KNOWS),
        ("Mot de passe oublié : nouveau mot de passe choisi", *BY_LINK),
        ("Connexion", *THIEF),
        ("Changement d’adresse courriel demandé", *THIEF),
        ("Mot de passe oublié : lien demandé par courriel", NOBODY_KNOWS[0], OWNER[1]),
        ("Mot de passe oublié : nouveau mot de passe choisi", BY_LINK[0], OWNER[1]),
        ("Changement d’adresse courriel annulé", "Le service", "–"),
        ("Connexion", *OWNER),
    ]
