"""The pace limit of live help matches the pace of typing."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

import pytest
from starlette.applications import Starlette

from tests.core.requesters import as_requester
from tests.support.http.client import Client
from tests.support.titulaires.journey import to_password
from tests.support.titulaires.people import PASSWORD, Person
from web.auth.password import views as password_view
from web.core.crypto import passwords
from web.core.local_limit import LocalLimit
from web.core.runtime import LIVE_PER_BROWSER

STRENGTH = "/inscription/mot-de-passe/robustesse"
ADDRESS = "203.0.113.7"


PER_BROWSER, PER_ADDRESS, PER_NETWORK, SECONDS = 120, 600, 2400, 60


def made(clock: Callable[[], float]) -> LocalLimit:
    return LocalLimit(
        per_browser=PER_BROWSER,
        per_address=PER_ADDRESS,
        per_network=PER_NETWORK,
        seconds=SECONDS,
        clock=clock,
    )


def allowed(pace: LocalLimit, number: int, address: str = ADDRESS, browser: str = "") -> int:
    """The number of tries allowed out of this many."""
    with as_requester(address, browser):
        return sum(not pace.hit() for _ in range(number))


def test_a_browser_an_address_and_a_network_each_have_their_pace() -> None:
    pace = made(lambda: 0.0)
    assert allowed(pace, 500, browser="one") == PER_BROWSER
    assert allowed(pace, 500, browser="two") == PER_BROWSER
    assert allowed(pace, 1000) == PER_ADDRESS - 2 * PER_BROWSER
    assert allowed(pace, 500, browser="three") == 0
    base = ipaddress.ip_address("203.0.113.100")
    others = sum(allowed(pace, 300, str(base + n)) for n in range(20))
    assert others == PER_NETWORK - PER_ADDRESS
    assert allowed(pace, 10, "198.51.100.9") == 10


def test_the_pace_is_counted_by_the_minute() -> None:
    now = [0.0]
    pace = made(lambda: now[0])
    assert allowed(pace, 500, browser="one") == PER_BROWSER
    now[0] = SECONDS - 0.1
    with as_requester(ADDRESS, "one"):
        assert pace.hit() == 1
    now[0] = SECONDS
    assert allowed(pace, 500, browser="one") == PER_BROWSER


def test_a_command_keeps_no_pace() -> None:
    pace = made(lambda: 0.0)
    assert not any(pace.hit() for _ in range(2 * PER_ADDRESS))


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords whose strength is computed, recorded by a spy."""
    noted: list[str] = []
    real = passwords.strength_score

    def strength_score(password: str, words: tuple[str, ...]) -> int:
        noted.append(password)
        return real(password, words)

    monkeypatch.setattr(password_view, "strength_score", strength_score)
    return noted


async def test_past_the_pace_the_rules_are_told_without_the_strength(
    app: Starlette, judged: list[str]
) -> None:
    """15.2.2: the strength meter cannot be used to block the event loop."""
    async with Client(app, address=ADDRESS) as client, Client(app, address="198.51.100.9") as other:
        page = await to_password(client, Person())
        fields = {"csrf": page.values()["csrf"], "password": PASSWORD}
        for number in range(LIVE_PER_BROWSER + 1):
            part = await client.post(STRENGTH, fields, htmx=True)
            assert part.status == 200
            assert part.text.count("oui") == 3
            assert ("Mot de passe : " in part.text) == (number < LIVE_PER_BROWSER)
        assert len(judged) == LIVE_PER_BROWSER
        theirs = await to_password(other, Person())
        part = await other.post(STRENGTH, {**fields, "csrf": theirs.values()["csrf"]}, htmx=True)
        assert "Mot de passe : " in part.text


async def test_a_password_that_is_sent_is_judged_by_the_rules_alone(
    client: Client, judged: list[str]
) -> None:
    page = await to_password(client, Person())
    typed = {"password": PASSWORD, "password_confirmation": PASSWORD}
    assert (await client.submit(page, typed)).url == "/inscription/validation"
    assert judged == []
