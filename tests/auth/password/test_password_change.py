"""« Modifier votre mot de passe », for both kinds of account."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
from starlette.applications import Starlette

from tests.support.db.rows import value
from tests.support.http.client import Client, Page
from tests.support.logins.failed_logins import in_a_row
from tests.support.logins.kinds import TITULAIRE, Account, Kind
from tests.support.logins.password_links import asked_link
from tests.support.mail.outbox import Outbox
from web.auth.login.redirect import SESSION_ENDED
from web.core.runtime import Runtime

NEW = "Girafe-913-Mauve"
HASH = "SELECT password_hash FROM login"


def fields(account: Account, **changes: str) -> dict[str, str]:
    """The fields of a valid form, with one change."""
    return {
        "password_current": account.password,
        "password": NEW,
        "password_confirmation": changes.get("password", NEW),
        **changes,
    }


async def change(client: Client, account: Account, **changes: str) -> Page:
    """Fill the form and press its button."""
    url = account.kind.change
    return await client.submit(await client.get(url), fields(account, **changes), action=url)


async def test_the_password_is_changed_and_the_owner_is_told(
    client: Client, kind: Kind, account: Account, outbox: Outbox, runtime: Runtime
) -> None:
    """6.2.3, 6.3.7: requires the current one; notified by mail."""
    first = kind.home if kind is TITULAIRE else kind.account
    assert f'href="{kind.change}"' in (await client.get(first)).html

    page = await change(client, account)
    assert "Votre mot de passe est modifié." in page.text
    assert (page.status, page.url) == (200, kind.sessions)
    assert await value(runtime, kind.events, "password_changed") == 1

    await outbox.deliver()
    [mail] = outbox.to(account.email)
    assert mail.subject == "Votre mot de passe a changé"
    assert "modifié dans votre espace" in mail.text
    assert kind.forgotten in mail.text
    assert kind.forgotten in mail.html

    assert (await account.log_in(client)).status == 422
    assert (await replace(account, password=NEW).log_in(client)).url == kind.home


async def test_a_password_with_the_usual_name_is_refused(client: Client, runtime: Runtime) -> None:
    """6.2.11."""
    account = await TITULAIRE.open(runtime)
    await account.log_in(client)
    profile = "/espace/informations"
    await client.submit(await client.get(profile), {"usual_name": "Kowalska"}, action=profile)
    page = await change(client, account, password="Kowalska-913-Mauve")
    assert page.status == 422
    assert "ni votre nom" in page.error_of("password")


async def test_this_session_goes_on_under_another_token_and_the_others_end(
    app: Starlette, client: Client, elsewhere: Client, kind: Kind, account: Account
) -> None:
    """7.4.3."""
    stolen = httpx.Cookies(client.http.cookies)
    async with Client(app) as thief:
        await account.log_in(elsewhere)
        thief.http.cookies = stolen
        assert (await thief.get(kind.inside, follow=False)).status == 200

        await change(client, account)

        assert client.http.cookies["compte"] != stolen["compte"]
        assert (await client.get(kind.inside, follow=False)).status == 200
        assert (await elsewhere.get(kind.inside, follow=False)).status == 303
        assert (await thief.get(kind.inside, follow=False)).status == 303


async def test_a_wrong_current_password_changes_nothing(
    client: Client, kind: Kind, account: Account, runtime: Runtime
) -> None:
    """6.2.3: and a titulaire finds it in the history."""
    before = await value(runtime, HASH)
    page = await change(client, account, password_current="Autre-123-Chose")
    assert page.status == 422
    assert "Ce n’est pas votre mot de passe actuel" in page.error_of("password_current")
    assert "Autre-123-Chose" not in page.html
    assert NEW not in page.html
    assert await value(runtime, HASH) == before
    if kind is TITULAIRE:
        page = await client.get("/espace/historique")
        assert "Mot de passe actuel demandé : saisie incorrecte" in page.text
    assert (await account.log_in(client)).url == kind.home


async def test_guesses_of_the_current_password_are_bounded(
    client: Client, kind: Kind, account: Account, runtime: Runtime
) -> None:
    """6.1.1."""
    url = kind.change
    page = await client.get(url)
    answers = await asyncio.gather(
        *(
            client.post(
                url, {**page.values(url), **fields(account, password_current=f"Faux-{n}-pas")}
            )
            for n in range(20)
        )
    )
    statuses = [answer.status for answer in answers]
    # One browser may only queue a few hashes: the others are refused, and not counted.
    assert set(statuses) <= {422, 429, 503}
    while statuses[-1] != 429 or statuses.count(422) < 10:
        wrong = {**page.values(url), **fields(account, password_current="Faux-000-pas")}
        statuses.append((await client.post(url, wrong)).status)
        assert len(statuses) < 60
    assert statuses.count(422) == 10
    page = await change(client, account)
    assert page.status == 429
    assert "Trop d’essais" in page.error_of("password_current")
    assert await in_a_row(runtime, account) == 0


async def test_right_changes_are_not_counted_as_guesses(client: Client, account: Account) -> None:
    for number in range(12):
        new = f"Girafe-{100 + number}-Mauve"
        page = await change(client, account, password=new)
        assert "Votre mot de passe est modifié." in page.text
        account = replace(account, password=new)


async def test_each_problem_is_told_beside_its_field_and_nothing_changes(
    client: Client, kind: Kind, account: Account, runtime: Runtime
) -> None:
    before = await value(runtime, HASH)
    page = await change(
        client, account, password_current="", password="court", password_confirmation="autre"
    )
    assert page.status == 422
    assert "Saisissez votre mot de passe actuel." in page.error_of("password_current")
    assert "Ajoutez des chiffres : il en faut au moins 3." in page.error_of("password")
    assert "deux fois le même" in page.error_of("password_confirmation")
    links = [part.split('"')[0] for part in page.html.split('href="#')[1:]]
    assert links == ["contenu", "password_current", "password", "password_confirmation"]

    page = await change(client, account, password=account.password)
    assert "différent de l’actuel" in page.error_of("password")
    for forbidden in kind.forbidden:
        page = await change(client, account, password=forbidden)
        assert page.status == 422
        assert kind.forbidden_said in page.error_of("password")
    assert await value(runtime, HASH) == before


async def test_a_copy_that_missed_the_answer_gets_the_same_one(
    app: Starlette, client: Client, kind: Kind, account: Account, runtime: Runtime
) -> None:
    sent = {**(await client.get(kind.change)).values(kind.change), **fields(account)}
    before = httpx.Cookies(client.http.cookies)

    await client.post(kind.change, sent)
    async with Client(app) as late:
        late.http.cookies = before
        again = await late.post(kind.change, sent, follow=False)
        assert (again.status, again.location) == (303, kind.sessions)
        assert (await late.get(kind.inside, follow=False)).status == 200
    assert await value(runtime, kind.events, "password_changed") == 1


async def test_five_copies_at_once_change_it_once(
    client: Client, kind: Kind, account: Account, runtime: Runtime
) -> None:
    sent = {**(await client.get(kind.change)).values(kind.change), **fields(account)}
    answers = await asyncio.gather(
        *(client.post(kind.change, sent, follow=False) for _ in range(5))
    )
    assert [(a.status, a.location) for a in answers] == [(303, kind.sessions)] * 5
    assert (await client.get(kind.inside, follow=False)).status == 200
    assert await value(runtime, "SELECT count(*) FROM session") == 1
    assert await value(runtime, kind.events, "password_changed") == 1


async def test_an_earlier_token_with_another_content_gets_nothing(
    app: Starlette, client: Client, kind: Kind, account: Account
) -> None:
    sent = {**(await client.get(kind.change)).values(kind.change), **fields(account)}
    before = httpx.Cookies(client.http.cookies)
    await client.post(kind.change, sent)
    async with Client(app) as thief:
        thief.http.cookies = before
        guess = {**sent, "password": "Autruche-779-Bleue"}
        answer = await thief.post(kind.change, guess, follow=False)
        assert answer.location.startswith(f"{kind.login}?")
        assert (await thief.get(kind.inside, follow=False)).status == 303


async def test_links_asked_for_before_the_change_open_nothing(
    client: Client, account: Account, outbox: Outbox
) -> None:
    path = await asked_link(client, account, outbox)
    await change(client, account)
    page = await client.get(path)
    assert page.status == 410
    assert "Votre mot de passe a changé depuis" in page.text


async def test_the_strength_is_told_to_the_owner_of_the_account_only(
    client: Client, elsewhere: Client, kind: Kind, account: Account
) -> None:
    url = f"{kind.change}/robustesse"
    sent = {"csrf": (await elsewhere.get(kind.login)).values()["csrf"], "password": NEW}
    answer = await elsewhere.post(url, sent, htmx=True)
    assert (answer.status, answer.response.text) == (403, SESSION_ENDED)
    sent["csrf"] = (await client.get(kind.change)).values(kind.change)["csrf"]
    assert "Mot de passe : " in (await client.post(url, sent, htmx=True)).text
    for forbidden in kind.forbidden:
        answer = await client.post(url, sent | {"password": forbidden}, htmx=True)
        assert kind.forbidden_said in answer.text
