"""A second press with the new cookie of the first counts as its copy, and as the only one.

Without scripts nothing stops a second press while the next page is on its way. The browser then has
the new token, and the form the old one.
"""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import run, value
from tests.support.http.client import Client, Page
from tests.support.logins.kinds import TITULAIRE, Account
from tests.support.titulaires.journey import log_in, to_identity, to_password, to_waiting
from tests.support.titulaires.people import PASSWORD, Person
from web.app import create_app
from web.core.runtime import Runtime
from web.settings import Settings

LOGOUT, CLOSING = "/deconnexion", "/espace/informations/fermeture"
CANCEL = "/inscription/annuler"
ANOTHER = "/inscription/conditions?autre=1"
NEW = "Girafe-913-Mauve"
# One that was logged out leaves an expired row.
SESSIONS = "SELECT count(*) FROM session WHERE last_seen_at > now() - make_interval(mins => 1)"
EVENTS = "SELECT count(*) FROM event WHERE kind = $1"


def credentials(person: Person) -> dict[str, str]:
    return {"nir": person.nir, "password": person.password}


def both_lead_to(pages: tuple[Page, Page], url: str) -> None:
    assert [(page.status, page.location) for page in pages] == [(303, url)] * 2


async def test_a_login_is_one_session_and_one_line_of_history(
    client: Client, account: Account, runtime: Runtime
) -> None:
    kind = account.kind
    page = await client.get(f"{kind.login}?suite={kind.inside}")
    both_lead_to(await client.press_twice(page, account.credentials), kind.inside)
    page = await client.get(kind.inside)
    assert (page.status, page.url) == (200, kind.inside)
    assert await value(runtime, SESSIONS) == 1
    assert await value(runtime, kind.events, "login") == 1


async def test_an_earlier_user_of_the_browser_does_not_know_the_new_session(
    app: Starlette, client: Client, person: Person, runtime: Runtime
) -> None:
    """7.2.4: even with a page left open in this browser, and the password."""
    page = await client.get("/connexion")
    async with Client(app) as before:
        before.carry(compte=client.http.cookies["compte"])
        await before.submit(page, credentials(person))
        await client.submit(page, credentials(person))
        assert before.http.cookies["compte"] != client.http.cookies["compte"]
    assert await value(runtime, SESSIONS) == await value(runtime, EVENTS, "login") == 2


async def test_an_earlier_user_of_the_browser_cannot_read_a_later_registration(
    app: Starlette, client: Client
) -> None:
    """The previous user's cookie is invalid once a registration begins."""
    await client.get("/connexion")
    known = client.http.cookies["compte"]
    await to_password(client, Person())
    async with Client(app) as before:
        before.carry(compte=known)
        page = await before.get("/inscription/identite")
        assert page.url == "/inscription/conditions"


async def test_a_registration_pressed_twice_is_one(client: Client, runtime: Runtime) -> None:
    page = await client.get("/inscription/conditions")
    both_lead_to(await client.press_twice(page, {"accepted": "y"}), "/inscription/identite")
    assert await value(runtime, "SELECT count(*) FROM registration") == 1


async def test_nor_does_who_registered_here_before_read_what_the_next_one_types(
    app: Starlette, client: Client
) -> None:
    await to_waiting(client, Person())
    page = await client.get(ANOTHER)
    async with Client(app) as before:
        before.carry(compte=client.http.cookies["compte"])
        await before.submit(page, {"accepted": "y"})
        await client.submit(page, {"accepted": "y"})
        assert before.http.cookies["compte"] != client.http.cookies["compte"]


async def test_a_logout_says_so_to_both(client: Client, account: Account, runtime: Runtime) -> None:
    kind = account.kind
    page = await account.log_in(client)
    both_lead_to(await client.press_twice(page, action=kind.logout), kind.login)
    assert "Votre session est fermée." in (await client.get(kind.login)).text
    assert await value(runtime, SESSIONS) == 0
    # An agent's history has no line for a logout.
    assert await value(runtime, kind.events, "logout") == (1 if kind is TITULAIRE else 0)


async def test_the_second_press_of_a_logout_says_so_even_if_the_page_was_there(
    client: Client, account: Account, runtime: Runtime
) -> None:
    page = await account.log_in(client)
    for _ in range(2):
        after = await client.submit(page, action=account.kind.logout)
        assert "Votre session est fermée." in after.text
    assert await value(runtime, SESSIONS) == 0


async def test_a_password_is_changed_once_and_the_session_goes_on(
    client: Client, account: Account, runtime: Runtime
) -> None:
    kind = account.kind
    await account.log_in(client)
    page = await client.get(kind.change)
    fields = {"password_current": PASSWORD, "password": NEW, "password_confirmation": NEW}
    pages = await client.press_twice(page, fields, action=kind.change)
    both_lead_to(pages, pages[0].location)
    assert "Votre mot de passe est modifié" in (await client.get(pages[0].location)).text
    assert await value(runtime, SESSIONS) == 1
    assert await value(runtime, kind.events, "password_changed") == 1
    assert await value(runtime, kind.events, "password_refused") == 0


async def test_an_account_is_closed_once(client: Client, person: Person, runtime: Runtime) -> None:
    await log_in(client, person)
    page = await client.get(CLOSING)
    pages = await client.press_twice(page, {"password": PASSWORD}, action=CLOSING)
    both_lead_to(pages, pages[0].location)
    assert "Votre compte est fermé" in (await client.get(pages[0].location)).text
    assert await value(runtime, EVENTS, "account_closed") == 1


async def test_a_registration_is_abandoned_once(client: Client, runtime: Runtime) -> None:
    await to_identity(client)
    both_lead_to(await client.press_twice(await client.get(CANCEL), action=CANCEL), "/")
    assert "Votre inscription est abandonnée" in (await client.get("/")).text


async def test_a_registration_begun_since_is_not_left_behind(
    client: Client, person: Person
) -> None:
    """An earlier page, reached by « Précédent », has its button pressed again."""
    page = await log_in(client, person)
    for action in (LOGOUT, CANCEL):
        await client.submit(page, action=action)
        begun = await to_identity(client)
        await client.submit(page, action=action)
        assert (await client.get(begun.url, follow=False)).status == 200
        page = await client.get(CANCEL)


async def test_another_registration_from_the_same_browser_is_one(
    client: Client, runtime: Runtime
) -> None:
    await to_waiting(client, Person())
    pages = await client.press_twice(await client.get(ANOTHER), {"accepted": "y"})
    both_lead_to(pages, "/inscription/identite")
    assert await value(runtime, "SELECT count(*) FROM registration") == 2


async def test_the_copy_of_a_refused_form_is_refused_alike_and_can_be_corrected(
    client: Client, person: Person, runtime: Runtime
) -> None:
    """The page in answer to a copy has the browser's current token."""
    page = await client.get("/connexion")
    await client.submit(page, credentials(person))
    await run(runtime, "UPDATE login SET password_hash = 'another'")
    again = await client.submit(page, credentials(person))
    assert again.status == 422
    assert (await client.submit(again, credentials(person))).status == 422


@pytest.mark.parametrize("changed", [{"key": "another"}, {"password": "Autre-123-x"}, {"a": "b"}])
async def test_a_slightly_different_request_is_not_a_copy(
    client: Client, person: Person, changed: dict[str, str]
) -> None:
    page = await client.get("/connexion")
    await client.submit(page, credentials(person))
    assert (await client.submit(page, credentials(person) | changed)).status == 403


async def test_another_form_of_the_page_before_is_no_copy(client: Client, person: Person) -> None:
    page = await log_in(client, person)
    await client.submit(page, action=LOGOUT)
    values = page.values(LOGOUT)
    page = await client.post("/espace/mot-de-passe", values)
    assert page.url == "/connexion?suite=/espace/mot-de-passe"


@pytest.mark.parametrize("mark", ["", "0" * 32, "é" * 32])
async def test_a_forged_mark_does_not_make_a_request_a_copy(
    client: Client, person: Person, mark: str
) -> None:
    """7.2.4: a token planted or read earlier cannot be revived by the second cookie."""
    page = await client.get("/connexion")
    await client.submit(page, credentials(person))
    earlier, _, _ = client.http.cookies["avant"].partition(".")
    header = f"compte={client.http.cookies['compte']}; avant={earlier}.{mark}"
    client.http.cookies.clear()
    answer = await client.http.post(
        "/connexion",
        data=page.values() | credentials(person),
        headers=[(b"Cookie", header.encode())],
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("own", [{}, {"compte": "A" * 43}])
async def test_the_copy_alone_is_worth_nothing_without_the_new_cookie(
    app: Starlette, client: Client, person: Person, own: dict[str, str]
) -> None:
    page = await client.get("/connexion")
    await client.submit(page, credentials(person))
    async with Client(app) as other:
        other.carry(avant=client.http.cookies["avant"], **own)
        assert (await other.submit(page, credentials(person))).status == 403


async def test_the_token_before_stays_a_minute_and_as_well_guarded(settings: Settings) -> None:
    """3.3.1 to 3.3.4."""
    app = create_app(settings.model_copy(update={"public_url": "https://compte.example"}))
    async with app.router.lifespan_context(app), Client(app) as browser:
        await to_identity(browser)
        page = await browser.get(CANCEL)
        answer = await browser.submit(page, action=CANCEL, follow=False)
    cookies = answer.response.headers.get_list("set-cookie")
    [beside] = [cookie for cookie in cookies if cookie.startswith("__Host-avant=")]
    attributes = {"Path=/", "HttpOnly", "SameSite=Lax", "Secure", "Max-Age=60"}
    assert set(beside.split("; ")[1:]) == attributes


async def test_a_form_that_leaves_the_token_as_it_is_sets_no_cookie(
    client: Client, person: Person
) -> None:
    await log_in(client, person)
    page = await client.get("/espace/heures")
    answer = await client.submit(page, {"dif": "77"}, follow=False)
    cookies = answer.response.headers.get_list("set-cookie")
    assert [cookie.split("=")[0] for cookie in cookies if "avis" not in cookie] == []
