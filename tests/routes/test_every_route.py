"""8.2.2: every route and every kind of visitor: access, disclosure and changes.

The routes are those of the application itself: one without a line in EXPECTED fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from tests.routes.expected import (
    EXPECTED,
    ORGANISME_DOSSIER,
    PERSON_DOSSIER,
    TO_AGENTS_LOGIN,
    TO_LOGIN,
    Answer,
    Line,
)
from tests.routes.visitors import (
    ADDRESSED,
    CONSULTS,
    LOGGED_OUT,
    MAY_READ,
    MODIFIES,
    NOTED_BY_A_VISIT,
    OUTSIDERS,
    ROLES,
    TITULAIRE,
    World,
    world,
)
from tests.support.http.client import Page
from tests.support.mail.outbox import Outbox
from tests.support.text.spaces import plain
from web.auth.login.redirect import NOT_KEPT, SESSION_ENDED
from web.captcha import routes as captcha
from web.core.ops import health
from web.home import public_routes, training_routes
from web.signup.activation import routes as activation_routes
from web.signup.steps import identity_routes
from web.signup.steps import routes as signup

TO_LOGINS = (TO_LOGIN, TO_AGENTS_LOGIN)
# Routes without an account: nobody's data are shown or changed.
KNOW_NO_ACCOUNT = [
    *public_routes.ROUTES,
    *public_routes.OPINION_ROUTES,
    *training_routes.ROUTES,
    *signup.ROUTES,
    *identity_routes.ROUTES,
    *activation_routes.ROUTES,
    *captcha.ROUTES,
    *health.ROUTES,
]


def names(routes: list[Any]) -> Iterator[tuple[str, Route]]:
    """The route as in EXPECTED: « POST /espace/heures »."""
    for route in routes:
        method = "POST" if "POST" in (route.methods or ()) else "GET"
        yield f"{method} {route.path}", route


async def send(there: World, name: str, fields: Mapping[str, str], **options: Any) -> Page:
    """Send the request as this visitor's browser would, with the titulaire's own ids."""
    method, _, route = name.partition(" ")
    path = there.paths.get(route) or re.sub(r"\{[^}]+\}", _stand_in, route)
    if method == "GET":
        return await there.visitor.get(path, follow=False, **options)
    tokens = await there.tokens()
    return await there.visitor.post(path, {**tokens, **fields}, follow=False, **options)


def _stand_in(parameter: re.Match[str]) -> str:
    assert "uuid" not in parameter[0], f"no path for {parameter[0]}"
    return "A" * 8 if "reference" in parameter[0] else "a" * 43


def differences(name: str, page: Page, answer: Answer) -> list[str]:
    """The differences from the expected answer.

    In place of a redirect to the login, a page may list what was typed, with a link to the login.
    """
    location = page.response.headers.get("location", "")
    if page.status == answer.status and location.startswith(answer.location):
        return []
    if page.status == 403 and answer in TO_LOGINS and f'href="{answer.location}' in page.html:
        return []
    return [f"{name}: {page.status} {location} instead of {answer.status} {answer.location}"]


def leaks(there: World, text: str, line: Line | None = None) -> list[str]:
    """The titulaire's secrets in an answer that must not disclose them to this visitor."""
    if there.role == TITULAIRE:
        return []
    inside = line is not None and there.role in line.insiders
    may_read = MAY_READ.get(there.role, frozenset()) if inside else frozenset()
    seen = plain(text)
    return [
        name for name, secret in there.secrets.items() if name not in may_read and secret in seen
    ]


def wrong_changes(name: str, line: Line, role: str, changed: set[str]) -> list[str]:
    """Changes by a role that may make none, or a missing change by one that should."""
    if line.by_link:
        return []
    if role not in line.insiders:
        return [f"{name} changed {sorted(changed)}"] if changed else []
    if name.startswith("GET "):
        unexpected = changed - NOTED_BY_A_VISIT.get(role, frozenset())
        return [f"{name} changed {sorted(unexpected)}"] if unexpected else []
    return [] if changed or line.idle else [f"{name} did nothing"]


def test_every_route_has_its_line(app: Starlette) -> None:
    here = {name for name, _ in names(list(app.routes))}
    known = {name for name, _ in names(KNOW_NO_ACCOUNT)} | {"GET /static/{digest}/{name:path}"}
    assert here - known == EXPECTED.keys()


def test_every_line_answers_everyone() -> None:
    for name, line in EXPECTED.items():
        assert line.answers.keys() == set(ROLES), name


@pytest.mark.parametrize("role", ROLES)
async def test_each_gets_what_is_theirs_and_sees_and_changes_nothing_else(
    app: Starlette, outbox: Outbox, role: str
) -> None:
    problems = []
    async with world(app, outbox, role) as there:
        before = await there.rows()
        for name, line in EXPECTED.items():
            page = await send(there, name, line.fields)
            await there.come_back(page)
            problems += differences(name, page, line.answers[role])
            problems += [f"{name} tells {secret}" for secret in leaks(there, page.html, line)]
            after = await there.rows()
            changed = {table for table in after if after[table] != before[table]}
            problems += wrong_changes(name, line, role, changed)
            before = after
        for name, route in names(KNOW_NO_ACCOUNT):
            method, path = name.partition(" ")[0], re.sub(r"\{[^}]+\}", _stand_in, route.path)
            data = await there.tokens() if method == "POST" else None
            answer = await there.visitor.http.request(method, path, data=data)
            assert answer.status_code < 500, name
            problems += [f"{name} tells {one}" for one in leaks(there, answer.text)]
        assert await there.rows() == before
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("role", OUTSIDERS)
async def test_a_part_of_a_page_asked_from_outside_takes_the_page_away_only_if_its_form_is_kept(
    app: Starlette, outbox: Outbox, role: str
) -> None:
    async with world(app, outbox, role) as there:
        for name in [name for name, line in EXPECTED.items() if line.answers[role] is TO_LOGIN]:
            fields = EXPECTED[name].fields
            is_typed = name.startswith("POST") and not all(one.startswith("pass") for one in fields)
            page = await send(there, name, fields, htmx=True)
            if is_typed and role != LOGGED_OUT:
                assert page.status == 204, name
                assert page.response.headers["hx-redirect"] == "/connexion?suite=/espace/reprise"
            else:
                sentence = NOT_KEPT if is_typed else SESSION_ENDED
                assert (page.status, page.response.text) == (403, sentence), name


@pytest.mark.parametrize("role", [MODIFIES, CONSULTS, ADDRESSED])
async def test_confidential_dossiers_and_those_not_submitted_are_on_no_desk_that_is_not_theirs(
    app: Starlette, outbox: Outbox, role: str
) -> None:
    """No employer finds a confidential dossier, no organisme one that is not submitted to it."""
    async with world(app, outbox, role) as there:
        base, hidden = (PERSON_DOSSIER, there.confidential_path)
        if role == ADDRESSED:
            base, hidden = (ORGANISME_DOSSIER, there.unsubmitted_path)
        before = await there.rows()
        for name in [name for name in EXPECTED if base in name]:
            route = name.partition(" ")[2]
            path = hidden + route.removeprefix(base)
            page = await send(there.at({route: path}), name, EXPECTED[name].fields)
            assert page.status == 404, name
            assert not leaks(there, page.html)
        after = await there.rows()
        # The use of an active délégation may be recorded, but nothing else changes.
        changed = {table for table in after if after[table] != before[table]}
        assert changed <= NOTED_BY_A_VISIT.get(role, frozenset())
