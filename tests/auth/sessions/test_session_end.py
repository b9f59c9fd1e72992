"""The end of a session, idle or after twelve hours: announced, and typed values are kept."""

from __future__ import annotations

import pytest

from tests.support.db.rows import run
from tests.support.http.client import Client
from tests.support.logins.kinds import Account, Kind
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime

ENDS = "Votre session se termine à"
BAR = 'id="session"'


async def age(runtime: Runtime, minutes: int) -> None:
    """Move the opening of the session into the past."""
    await run(runtime, f"UPDATE session SET created_at = now() - interval '{minutes} minutes'")


@pytest.mark.parametrize(
    ("aged", "opens"),
    [
        ("last_seen_at = now() - interval '30 minutes 55 seconds'", True),
        ("last_seen_at = now() - interval '31 minutes'", False),
        ("created_at = now() - interval '11 hours 59 minutes'", True),
        ("created_at = now() - interval '12 hours'", False),
    ],
)
async def test_a_session_ends_after_half_an_hour_idle_or_twelve_hours(
    client: Client, kind: Kind, account: Account, runtime: Runtime, aged: str, opens: bool
) -> None:
    await account.log_in(client)
    await run(runtime, f"UPDATE session SET {aged}")
    page = await client.get(kind.extend, follow=False)
    assert page.status == (200 if opens else 303)
    if opens:
        last_minute = "Votre session est ouverte jusqu’à"
        idle = "votre session reste ouverte jusqu’à"
        assert (last_minute if "created_at" in aged else idle) in page.text


@pytest.mark.parametrize("path", ["/espace", "/espace/heures", "/contact"])
async def test_the_last_half_hour_is_told_on_each_page_in_place_of_the_other_warning(
    space: Client, runtime: Runtime, path: str
) -> None:
    await age(runtime, 12 * 60 - 31)
    page = await space.get(path)
    assert ENDS not in page.text
    assert BAR in page.html
    await age(runtime, 12 * 60 - 29)
    page = await space.get(path)
    assert ENDS in page.text
    assert "identifiez-vous de nouveau (nouvel onglet)" in page.text
    assert BAR not in page.html


async def test_extending_then_tells_until_when(space: Client, runtime: Runtime) -> None:
    await age(runtime, 12 * 60 - 20)
    page = await space.get("/espace/prolonger")
    assert "Votre session est ouverte jusqu’à" in page.text
    above, footer, _ = page.text.partition("Par sécurité, votre session se termine après")
    assert footer
    assert "30 minutes" not in above


async def test_a_login_in_another_tab_goes_on_and_the_form_of_the_first_one_is_sent(
    space: Client, runtime: Runtime, person: Person
) -> None:
    await age(runtime, 12 * 60 - 5)
    form = await space.get("/espace/heures")
    await log_in(space, person)
    page = await space.submit(form, {"dif": "64"}, action="/espace/heures")
    assert "Ce formulaire avait expiré" in page.text
    page = await space.submit(page, action="/espace/heures")
    assert "64 h" in page.text
    assert ENDS not in page.text
