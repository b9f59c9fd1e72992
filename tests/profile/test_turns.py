"""Concurrent acts on one account: the second waits for the first, and neither is undone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import until_someone_waits, value
from tests.support.http.client import Client, Page
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import PASSWORD, Person
from web.core.runtime import Runtime
from web.people.history.events import EventKind, record_event

EMAIL = "/espace/informations/courriel"
CLOSE = "/espace/informations/fermeture"
CHANGE = "/espace/mot-de-passe"
NEW = "zoe.neuve@exemple.fr"
CHOSEN = "Girafe-913-Mauve"


@dataclass(frozen=True)
class Act:
    """A form, its page, and the values typed in it."""

    page: str
    action: str
    typed: dict[str, str]

    async def ready(self, browser: Client) -> dict[str, str]:
        """The fields to send."""
        return (await browser.get(self.page)).values(self.action) | self.typed


CLOSING = Act(CLOSE, CLOSE, {"password": PASSWORD})
REFUSED = Act(CLOSE, CLOSE, {"password": "pas celui-là"})
CHANGING = Act(
    CHANGE,
    CHANGE,
    {"password_current": PASSWORD, "password": CHOSEN, "password_confirmation": CHOSEN},
)
ASKING = Act(EMAIL, EMAIL, {"email": NEW, "email_confirmation": NEW, "password": PASSWORD})
CANCELLING = Act("/espace/informations", f"{EMAIL}/annuler", {})
LEAVING = Act("/espace", "/deconnexion", {})
ENDING_OTHERS = Act("/espace/connexions", "/espace/connexions/fermer-les-autres", {})


@pytest.mark.parametrize("second", [LEAVING, CANCELLING, REFUSED, ENDING_OTHERS, CHANGING])
@pytest.mark.parametrize("first", [CLOSING, CHANGING])
async def test_concurrent_changes_wait_for_their_turn(
    space: Client,
    app: Starlette,
    runtime: Runtime,
    person: Person,
    account_id: UUID,
    first: Act,
    second: Act,
) -> None:
    """Locking in both orders would deadlock."""
    person_id = await value(runtime, "SELECT person_id FROM account WHERE id = $1", account_id)
    async with Client(app) as phone:
        await log_in(phone, person)
        for act in (ASKING, REFUSED):
            await space.post(act.action, await act.ready(space))
        sent = await first.ready(space)
        also_sent = await second.ready(phone)

        async def do(browser: Client, act: Act, fields: dict[str, str]) -> Page:
            return await browser.post(act.action, fields, follow=False)

        async with runtime.db.transaction() as history:
            # Block everything that adds to the history.
            await record_event(history, person_id, EventKind.DATA_DOWNLOADED)
            doing = asyncio.create_task(do(space, first, sent))
            await until_someone_waits(runtime)
            doing_also = asyncio.create_task(do(phone, second, also_sent))
            await until_someone_waits(runtime, 2)
        done, also_done = await asyncio.gather(doing, doing_also)

    assert done.status == 303
    assert also_done.status in (303, 422)
    assert await value(runtime, "SELECT count(*) FROM account") == (first is not CLOSING)
    assert not await value(runtime, "SELECT count(*) FROM email_change")
