"""The pages behind mailed links: their titles tell them apart, whatever has become of the link."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.client import Client
from web.accounts.links import LinkState
from web.professionals import links
from web.professionals.link_queries import Purpose
from web.signin import forgotten
from web.signup import activation

TOKEN = "a" * 43
OVER = [state for state in LinkState if state not in (LinkState.OPEN, LinkState.UNKNOWN)]
OF_AGENTS = [state for state in OVER if state is not LinkState.ADDRESS_CHANGED]
PAGES = [
    ("/activation", activation, None),
    ("/activation", activation, SimpleNamespace(is_used=True, is_expired=False)),
    ("/activation", activation, SimpleNamespace(is_used=False, is_expired=True)),
    ("/mot-de-passe", forgotten, None),
    *(("/mot-de-passe", forgotten, SimpleNamespace(state=state)) for state in OVER),
    ("/professionnels/mot-de-passe", links, None),
    *(
        ("/professionnels/mot-de-passe", links, SimpleNamespace(state=state, purpose=purpose))
        for state in OF_AGENTS
        for purpose in Purpose
    ),
    ("/courriel", None, None),
]


async def test_no_two_have_the_same_title(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    titles: dict[str, list[str]] = {}
    for path, module, link in PAGES:

        async def found(*_: Any, link: Any = link) -> Any:
            return link

        if module is not None:
            monkeypatch.setattr(module, "find_link", found)
        page = await client.get(f"{path}/{TOKEN}")
        assert page.status in (404, 410)
        titles.setdefault(page.title, []).append(f"{path}: {link}")
    assert not {title: those for title, those in titles.items() if len(those) > 1}
