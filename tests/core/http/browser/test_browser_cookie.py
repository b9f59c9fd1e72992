"""The cookie that identifies a browser: its attributes, its creation, and its expiry."""

from __future__ import annotations

import base64

import pytest

from tests.support.http.client import Client, Page
from tests.support.logins.kinds import Account
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import register_and_log_in, to_identity
from tests.support.titulaires.people import Person

NAME, SECURE_NAME = "compte", "__Host-compte"


def set_by(page: Page) -> list[str]:
    """The Set-Cookie headers of an answer and of its redirects."""
    steps = (*page.response.history, page.response)
    return [value for step in steps for value in step.headers.get_list("set-cookie")]


def token_of(client: Client) -> str:
    """The token that the browser holds."""
    return client.http.cookies[NAME]


def carry(client: Client, token: str) -> None:
    """Replace the browser's cookies with this one."""
    client.http.cookies.clear()
    client.carry(**{NAME: token})


async def cookies_set_for(client: Client, header: str) -> list[str]:
    """The cookies that the login page sets in answer to exactly this Cookie header."""
    client.http.cookies.clear()
    raw = [(b"Cookie", header.encode())]
    return set_by(Page(await client.http.get("/connexion", headers=raw)))


def unmasked(masked: str) -> bytes:
    raw = base64.urlsafe_b64decode(masked)
    return bytes(a ^ b for a, b in zip(raw[:32], raw[32:], strict=True))


async def test_on_https_the_cookie_is_bound_to_this_host_and_to_https(https_site: Client) -> None:
    """3.3.1, 3.3.2, 3.3.3, 3.3.4: `__Host-`, Secure, HttpOnly, SameSite=Lax, no Domain."""
    [cookie] = set_by(await https_site.get("/connexion"))
    value, *attributes = cookie.split("; ")

    assert value.startswith(f"{SECURE_NAME}=")
    assert set(attributes) == {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"}


async def test_on_http_the_cookie_has_a_plain_name(site: Client) -> None:
    """3.3.4: browsers refuse the prefix there."""
    [cookie] = set_by(await site.get("/connexion"))
    value, *attributes = cookie.split("; ")

    assert value.startswith(f"{NAME}=")
    assert set(attributes) == {"Path=/", "HttpOnly", "SameSite=Lax"}


async def test_the_token_is_made_when_a_form_needs_it_and_not_before(site: Client) -> None:
    assert set_by(await site.get("/")) == []
    assert len(set_by(await site.get("/connexion"))) == 1
    assert set_by(await site.get("/connexion")) == []


async def test_tokens_are_256_random_bits_each_browser_its_own(site: Client) -> None:
    """11.5.1."""
    tokens = set()
    for _ in range(50):
        site.http.cookies.clear()
        await site.get("/connexion")
        tokens.add(token_of(site))

    assert len(tokens) == 50
    assert {len(base64.urlsafe_b64decode(token + "=")) for token in tokens} == {32}


async def test_a_cookie_set_without_the_prefix_counts_for_nothing_on_https(
    https_site: Client,
) -> None:
    """3.3.3: a neighbouring host can set it, unlike the one with the prefix."""
    [cookie] = await cookies_set_for(https_site, f"{NAME}={'A' * 43}")

    assert cookie.startswith(SECURE_NAME)


@pytest.mark.parametrize(
    "value", ["", "A" * 42, "A" * 44, "A" * 42 + "!", "A" * 42 + "é", '"A', "A" * 5000, "\x7f" * 43]
)
async def test_a_cookie_that_is_not_a_token_is_replaced(site: Client, value: str) -> None:
    [cookie] = await cookies_set_for(site, f"{NAME}={value}")

    assert value == "" or value not in cookie


@pytest.mark.parametrize(
    "stranger", ['{"a":1,"b":[2]}', "a[0]=1", "é=ü", "=", ";;;", "a", 'q="unclosed', "a b=c d"]
)
async def test_a_strangers_odd_cookie_does_not_hide_ours(site: Client, stranger: str) -> None:
    await site.get("/connexion")

    assert await cookies_set_for(site, f"{stranger}; {NAME}={token_of(site)}; z=z") == []


async def test_the_form_token_is_masked_anew_in_each_answer(site: Client) -> None:
    """Against compression attacks: two answers share no part of the token."""
    masked = [(await site.get("/connexion")).values()["csrf"] for _ in range(20)]

    assert len(set(masked)) == 20
    assert len({text[:8] for text in masked}) == 20
    assert len({text[44:52] for text in masked}) == 20
    assert len({unmasked(text) for text in masked}) == 1
    assert token_of(site) not in "".join(masked)


async def test_login_gives_the_browser_a_token_nobody_knew(
    client: Client, account: Account
) -> None:
    """7.2.4: a token planted or read before login gives no access, nor do its forms."""
    kind = account.kind
    old_form = (await client.get(kind.login)).values()["csrf"]
    before = token_of(client)

    await account.log_in(client)

    after = token_of(client)
    assert before != after
    page = await client.get(kind.change)
    assert (await client.submit(page, {"csrf": old_form}, action=kind.change)).status == 403
    carry(client, before)
    assert (await client.get(kind.inside)).url.startswith(f"{kind.login}?")


async def test_a_cookie_replayed_after_logout_is_refused(client: Client, account: Account) -> None:
    """7.4.1."""
    kind = account.kind
    page = await account.log_in(client)
    token = token_of(client)
    page = await client.submit(page, action=kind.logout)
    assert "Votre session est fermée." in page.text
    assert page.url == kind.login
    assert token_of(client) != token

    carry(client, token)

    for path in (kind.home, kind.inside):
        page = await client.get(path)
        assert page.url.startswith(f"{kind.login}?")
        assert account.email not in page.html


async def test_a_session_is_used_by_the_browser_that_opened_it_alone(
    client: Client, outbox: Outbox
) -> None:
    """7.2.1: the session's identifier is in the cookie and nowhere else."""
    await register_and_log_in(client, Person(), outbox)
    token = token_of(client)
    for path in ("/espace", "/espace/heures"):
        assert token not in (await client.get(path)).html
    client.http.cookies.clear()

    assert (await client.get(f"/espace?{NAME}={token}")).url.startswith("/connexion")


async def test_nothing_readable_is_in_the_cookies(client: Client) -> None:
    """14.2.1: neither the person's identity nor their progress."""
    person = Person()
    page = await to_identity(client)
    await client.submit(page, person.identity())

    for cookie in client.http.cookies.jar:
        assert cookie.name in (NAME, "avis", "avant", "appareil")
        for text in (person.nir, person.email, person.first_name, person.birth_name):
            assert text not in str(cookie.value)
