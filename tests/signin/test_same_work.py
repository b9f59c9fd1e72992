"""A refused login and a forgotten password ask the database the same for known and unknown."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from tests.support.client import Client, Page
from tests.support.journey import log_in, register
from tests.support.outbox import Outbox
from tests.support.people import Person

WRONG = "Faux-mot-000-passe"


async def refused_login(client: Client, nir: str) -> Page:
    """A wrong password."""
    page = await log_in(client, Person(nir=nir, password=WRONG))
    assert page.status == 422
    return page


async def forgotten_password(client: Client, nir: str) -> Page:
    """A request for a link."""
    page = await client.get("/mot-de-passe-oublie")
    return await client.submit(page, {"nir": nir})


@pytest.mark.parametrize("action", [refused_login, forgotten_password])
async def test_the_same_statements_touch_the_same_rows_for_known_and_unknown(
    client: Client,
    outbox: Outbox,
    monkeypatch: pytest.MonkeyPatch,
    action: Callable[[Client, str], Awaitable[Page]],
) -> None:
    known = Person()
    await register(client, known, outbox)
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

    # The first attempt of each prepares its statements and makes its counters.
    pages, lists = [], []
    for nir in (known.nir, Person().nir):
        asked.clear()
        pages.append(await action(client, nir))
        lists.append(list(asked))
    assert lists[0] == lists[1]
    assert len(lists[0]) >= 3

    def bare(page: Page) -> str:
        return re.sub(r'value="[^"]*"', "", page.html)

    assert bare(pages[0]) == bare(pages[1])
