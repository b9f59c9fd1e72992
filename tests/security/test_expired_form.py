"""A form that got old comes back ready to be sent again, and does then what it was for."""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode

import pytest

from tests.support.client import Client, Page
from tests.support.journey import register_and_log_in, to_identity, to_password
from tests.support.outbox import Outbox
from tests.support.people import PASSWORD, Person

OLD = {"csrf": "too-old"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def hidden(page: Page) -> list[tuple[str, str]]:
    """The fields that the page would send, but for our own tokens."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.html)
    return [
        (html.unescape(name), html.unescape(value))
        for name, value in found
        if name not in ("csrf", "key")
    ]


async def test_the_original_action_is_completed_at_one_press(
    client: Client, outbox: Outbox
) -> None:
    """3.5.1."""
    await register_and_log_in(client, Person(), outbox)
    page = await client.submit(await client.get("/espace/heures"), {"dif": "77", **OLD})
    assert page.status == 403
    assert "non renseignées" in (await client.get("/espace")).text

    page = await client.submit(page)

    assert page.url == "/espace/heures"
    assert "77 h" in (await client.get("/espace")).text


async def test_everything_typed_at_the_second_step_goes_on_to_the_third(client: Client) -> None:
    """3.5.1, accessibility 35."""
    typed = Person().identity(first_name='Zoé "la <b>grande</b>" & Cie\u00a0')
    page = await client.submit(await to_identity(client), {**typed, **OLD})
    sent_again = dict(hidden(page))
    assert {name: sent_again[name] for name in typed} == typed

    correct = Person().identity()
    page = await client.submit(await to_identity(client), {**correct, **OLD})
    assert (await client.submit(page)).url == "/inscription/mot-de-passe"


async def test_passwords_do_not_come_back_and_are_asked_again(client: Client) -> None:
    """3.5.1, 14.2: a password is in no page."""
    page = await to_password(client, Person())
    fields = {"password": PASSWORD, "password_confirmation": PASSWORD}
    expired = await client.submit(page, {**fields, **OLD})
    assert PASSWORD not in expired.html
    assert hidden(expired) == []

    page = await client.submit(expired)

    assert page.status == 422
    assert page.error_of("password").startswith("Erreur : Choisissez un mot de passe")


async def test_a_login_keeps_the_identifier_and_asks_for_the_password(client: Client) -> None:
    person = Person()
    page = await client.get("/connexion?suite=/espace/heures")
    fields = {"nir": person.nir, "password": person.password}
    expired = await client.submit(page, {**fields, **OLD})
    assert person.password not in expired.html

    again = await client.submit(expired)

    assert again.status == 422
    assert again.values()["nir"] == person.nir
    assert again.form().get("action") == "/connexion?suite=/espace/heures"


async def test_a_browser_that_lost_its_cookie_is_not_told_off(client: Client) -> None:
    page = await client.get("/inscription/conditions")
    client.http.cookies.clear()
    expired = await client.submit(page, {"accepted": "y"})
    assert expired.status == 403

    assert (await client.submit(expired)).url == "/inscription/identite"


async def test_repeated_unknown_and_strange_fields_come_back_as_they_were(client: Client) -> None:
    typed = [("a", "1"), ("a", "2"), ('"><script>', "<&\u00a0'\"\n\tx"), ("é", "")]
    path = "/connexion?suite=%2Fespace&b=%3C"
    # What has no name is no field: no browser sends it, and HTML cannot write it.
    sent = [*typed, ("", "nameless"), ("\x00", "nameless")]
    page = Page(await client.http.post(path, content=urlencode(sent), headers=FORM))

    assert hidden(page) == typed
    assert page.form().get("action") == "/connexion?suite=%2Fespace&b=%3C"


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "//evil.example", "///"])
async def test_the_form_comes_back_to_this_site_whatever_the_path(
    client: Client, path: str
) -> None:
    """3.5.1: the new token is for us alone."""
    response = await client.http.post(f"http://127.0.0.1:8000{path}", data={"nir": "1"})

    action = Page(response).form().get("action") or ""
    assert re.match(r"/(?![/\\])", action), action
