"""Every form of the site refuses requests forged by another site or another browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from tests.support.http.client import HTMX, Client, Page
from tests.support.pages.audit import audit
from web.auth.login.redirect import NOT_KEPT, SESSION_ENDED
from web.core.http.assets import Assets
from web.core.http.errors import EXPIRED
from web.routes import build_routes

TOKEN = "A" * 43
SOME_ID = "0198c0de-0000-7000-8000-000000000000"
FORMS = sorted(
    re.sub(r"\{\w+:uuid\}", SOME_ID, route.path.replace("{token}", TOKEN))
    for route in build_routes(Assets())
    if isinstance(route, Route) and "POST" in (route.methods or ())
)
TYPED = {"nir": "2850599990001", "accepted": "y", "dif": "80", "key": TOKEN}


async def csrf_of(client: Client) -> str:
    """The token of a form made for this browser."""
    return (await client.get("/connexion")).values()["csrf"]


async def send(
    client: Client, path: str, fields: Mapping[str, str], headers: Mapping[str, str | None]
) -> Page:
    """Post with these headers instead of the browser's; None removes one."""
    request = client.http.build_request("POST", path, data=dict(fields))
    for name, value in headers.items():
        request.headers.pop(name, None)
        if value is not None:
            request.headers[name] = value
    response = await client.http.send(request)
    audit(response)
    return Page(response)


def assert_not_carried_out(page: Page) -> None:
    """Check that its page is shown again, or the login or the start of registration."""
    if page.status == 303:
        assert page.location.startswith(("/connexion?", "/professionnels", "/inscription", "/"))
        return
    assert page.status == 403
    if page.is_html:
        assert "Ce formulaire avait expiré" in page.text
    else:
        assert page.response.text in (EXPIRED, SESSION_ENDED, NOT_KEPT)


def assert_refused(page: Page) -> None:
    assert page.status == 403
    assert "formulaire avait expiré" not in page.text
    assert "csrf" not in page.html


def test_the_forms_of_the_site_are_found() -> None:
    assert "/connexion" in FORMS
    assert f"/activation/{TOKEN}" in FORMS
    assert len(FORMS) >= 14
    assert not any("{" in path for path in FORMS)


async def test_a_form_without_a_token_is_not_carried_out(site: Client) -> None:
    """3.5.1: without a cookie, then with one; by htmx or not."""
    for path in FORMS:
        site.http.cookies.clear()
        assert_not_carried_out(await site.post(path, TYPED, follow=False))
        await csrf_of(site)
        assert_not_carried_out(await site.post(path, TYPED, follow=False))
        assert_not_carried_out(await send(site, path, TYPED, HTMX))
        assert_not_carried_out(await send(site, path, {**TYPED, "csrf": ""}, HTMX))


async def test_a_token_made_for_another_browser_is_not_carried_out(
    site: Client, bare_app: Starlette
) -> None:
    """3.5.1."""
    async with Client(bare_app) as attacker:
        foreign = await csrf_of(attacker)
    for path in FORMS:
        site.http.cookies.clear()
        assert_not_carried_out(await site.post(path, {**TYPED, "csrf": foreign}, follow=False))
        await csrf_of(site)
        assert_not_carried_out(await site.post(path, {**TYPED, "csrf": foreign}, follow=False))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
        {"Sec-Fetch-Site": "Same-Origin, cross-site"},
        {"Sec-Fetch-Site": ""},
        {"Sec-Fetch-Site": None, "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": None, "Origin": "https://127.0.0.1:8000"},
        {"Sec-Fetch-Site": None, "Origin": "http://127.0.0.1:8000.evil.example"},
        {"Sec-Fetch-Site": None, "Origin": ""},
    ],
    ids=lambda headers: " ".join(f"{name}={value}" for name, value in headers.items()),
)
async def test_a_form_sent_by_another_site_is_refused_even_with_a_token(
    site: Client, headers: Mapping[str, str | None]
) -> None:
    """3.5.1: and the answer offers no form that would send it again."""
    fields = {**TYPED, "csrf": await csrf_of(site)}

    for path in FORMS:
        assert_refused(await send(site, path, fields, headers))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": None, "Origin": "http://127.0.0.1:8000"},
        # Referer and Origin of an honest post under `Referrer-Policy: no-referrer`, and in old
        # browsers.
        {"Sec-Fetch-Site": None, "Origin": "null"},
        {"Sec-Fetch-Site": None, "Origin": None},
    ],
    ids=lambda headers: " ".join(f"{name}={value}" for name, value in headers.items()),
)
async def test_an_honest_form_gets_through_whatever_the_age_of_the_browser(
    site: Client, headers: Mapping[str, str | None]
) -> None:
    fields = {"nir": "", "password": "", "csrf": await csrf_of(site), "key": TOKEN}

    assert (await send(site, "/connexion", fields, headers)).status == 422


UNPROVEN: list[dict[str, str | None]] = [
    {"Sec-Fetch-Site": None, "Origin": None},
    {"Sec-Fetch-Site": None, "Origin": "null"},
    {"Sec-Fetch-Site": None, "Origin": "null", "Referer": "http://127.0.0.1:8000/connexion"},
    {"Sec-Fetch-Site": None, "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("headers", UNPROVEN, ids=str)
async def test_a_form_that_another_site_may_have_sent_sets_no_cookie(
    site: Client, headers: Mapping[str, str | None]
) -> None:
    """3.5.1: SameSite withholds the cookie; a new one in the answer would end the session."""
    for path in FORMS:
        for cookies in ({}, {"avis": "session-terminee.0"}):
            site.http.cookies.clear()
            site.carry(**cookies)
            page = await send(site, path, TYPED, headers)
            assert page.response.headers.get_list("set-cookie") == [], path
            # A text browser without its cookie could not send the form it would get.
            assert 'name="csrf"' not in page.html, path


@pytest.mark.parametrize("headers", UNPROVEN[:2], ids=str)
async def test_a_form_of_unproven_origin_comes_back_to_the_browser_that_has_its_cookie(
    site: Client, headers: Mapping[str, str | None]
) -> None:
    """3.5.1: text browsers continue, after one more review."""
    await csrf_of(site)
    page = await send(site, "/connexion", TYPED, headers)
    assert page.status == 403
    assert page.values()["nir"] == TYPED["nir"]
    fields = {**page.values(), "password": ""}
    assert (await send(site, "/connexion", fields, headers)).status == 422


@pytest.mark.parametrize(
    ("headers", "is_set"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": None}, True),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Dest": "document"}, True),
        # A link in a webmail.
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"}, False),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "empty"}, False),
    ],
    ids=str,
)
async def test_a_page_that_another_site_loads_inside_its_own_sets_no_cookie(
    site: Client, headers: Mapping[str, str | None], is_set: bool
) -> None:
    """3.5.1."""
    request = site.http.build_request("GET", "/connexion")
    for name, value in headers.items():
        request.headers.pop(name, None)
        if value is not None:
            request.headers[name] = value
    answer = await site.http.send(request)
    assert bool(answer.headers.get_list("set-cookie")) is is_set


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW"])
async def test_no_other_method_is_a_way_around(site: Client, method: str) -> None:
    """3.5.1, 4.1: every unsafe method is checked like POST."""
    response = await site.http.request(method, "/connexion", data=TYPED)
    audit(response)
    assert response.status_code in (403, 405)
    fields = {**TYPED, "csrf": await csrf_of(site)}
    assert (await site.http.request(method, "/connexion", data=fields)).status_code == 405


@pytest.mark.parametrize(
    "damage",
    [
        lambda token: token[:-8],
        lambda token: token[:44] + token[:44],
        lambda token: "A" * len(token),
        lambda token: token.swapcase(),
        lambda token: "é" * 88,
        lambda token: "\x00",
        lambda token: "=" * 88,
        lambda token: "A",
        lambda token: token[::-1],
    ],
)
async def test_a_damaged_token_is_not_carried_out(
    site: Client, damage: Callable[[str], str]
) -> None:
    """3.5.1."""
    token = await csrf_of(site)

    assert_not_carried_out(await site.post("/connexion", {**TYPED, "csrf": damage(token)}))
