"""6.3.8: no answer discloses whether an address has an agent's account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from starlette.applications import Starlette

from tests.security.test_no_telling import answer_of
from tests.support.agents import InventedAgent
from tests.support.client import Client, Page
from tests.support.rows import run
from web.core.runtime import Runtime

WRONG = "Faux-mot-000-passe"
LOGIN, FORGOTTEN = "/professionnels", "/professionnels/mot-de-passe-oublie"
STRANGER = "personne@exemple.fr"
Action = Callable[[Client, str], Awaitable[Page]]


async def in_new_browser(
    app: Starlette, runtime: Runtime, path: str, fields: dict[str, str]
) -> Page:
    """Send the form from a new browser, as a first attempt."""
    await run(runtime, "TRUNCATE rate_limit")
    async with Client(app) as browser:
        return await browser.submit(await browser.get(path), fields)


@pytest.mark.parametrize("path", [LOGIN, FORGOTTEN])
@pytest.mark.parametrize("password", [WRONG, "", "x" * 20_000, "\x00\ufffd"])
async def test_the_same_answer_byte_by_byte(
    app: Starlette,
    runtime: Runtime,
    employer: InventedAgent,
    organisme: InventedAgent,
    path: str,
    password: str,
) -> None:
    """Body, headers and cookies; with or without a second factor, invited only, or unknown."""
    invited = InventedAgent(email=organisme.email)
    answers = []
    for email in (employer.email, organisme.email, STRANGER, invited.email):
        if email == invited.email and len(answers) == 3:
            await run(runtime, "UPDATE login SET password_hash = NULL WHERE id = $1", organisme.id)
        fields = {"email": email, "password": password} if path == LOGIN else {"email": email}
        answers.append(answer_of(await in_new_browser(app, runtime, path, fields), email))
    assert answers[0] == answers[1] == answers[2] == answers[3]


async def test_what_is_no_address_gets_the_answer_of_an_unknown_one(
    app: Starlette, runtime: Runtime
) -> None:
    expected = await in_new_browser(app, runtime, LOGIN, {"email": STRANGER, "password": WRONG})
    for email in ("abc", "@", "' OR 1=1 --", "x" * 20_000, "2850599990001"):
        given = await in_new_browser(app, runtime, LOGIN, {"email": email, "password": WRONG})
        assert (
            (given.status, given.title) == (expected.status, expected.title) == (422, given.title)
        )
        assert "L’adresse ou le mot de passe n’est pas exact" in given.text


async def refused_login(client: Client, email: str) -> Page:
    """A wrong password."""
    return await client.submit(await client.get(LOGIN), {"email": email, "password": WRONG})


async def forgotten_password(client: Client, email: str) -> Page:
    """Request a link."""
    return await client.submit(await client.get(FORGOTTEN), {"email": email})


@pytest.mark.parametrize("action", [refused_login, forgotten_password])
async def test_the_same_statements_touch_the_same_rows(
    client: Client, employer: InventedAgent, monkeypatch: pytest.MonkeyPatch, action: Action
) -> None:
    asked: list[tuple[str, str]] = []
    for name in ("execute", "fetch", "fetchrow", "fetchval"):
        original = getattr(asyncpg.Connection, name)

        async def noted(
            self: Any, query: str, *rest: Any, _original: Any = original, **options: Any
        ) -> Any:
            answer = await _original(self, query, *rest, **options)
            shape = len(answer) if isinstance(answer, list) else type(answer).__name__
            asked.append((query, answer if isinstance(answer, str) else str(shape)))
            return answer

        monkeypatch.setattr(asyncpg.Connection, name, noted)
    lists = []
    for email in (employer.email, STRANGER):
        asked.clear()
        await action(client, email)
        lists.append(list(asked))
    assert lists[0] == lists[1]
    assert len(lists[0]) >= 2
