"""Délégations in the exported data, and the effect of closing the account on them."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.support.db.rows import count, run, until_someone_waits, value
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import events_of
from tests.support.titulaires.journey import register_and_log_in
from tests.support.titulaires.people import PASSWORD, Person
from tests.support.training.delegations import (
    GRANT,
    OTHER_SIRET,
    URL,
    day,
    grant,
    to_preview,
    today,
)
from web.core.runtime import Runtime
from web.people.history.queries import count_broken_histories

DATA = "/espace/mes-donnees"
CLOSING = "/espace/informations/fermeture"
LIVE = "SELECT count(*) FROM delegation WHERE revoked_at IS NULL"


async def test_delegations_are_in_the_data_shown_and_downloaded(space: Client) -> None:
    assert "Aucune délégation." in (await space.get(DATA)).text
    await grant(space, scope="modifier", ends_on=day(30))
    page = await space.get(DATA)
    assert "Ateliers du Lac 732 829 320 00074 modifier" in page.text
    document = json.loads((await space.submit(page, action=DATA)).response.text)
    [one] = document["delegations"]
    assert one["employeur"] == "Ateliers du Lac"
    assert one["siret"] == "73282932000074"
    assert one["droit"] == "modifier"
    assert one["du"] == today().isoformat()
    assert one["revoquee_le"] is None
    assert one["derniere_utilisation"] is None
    assert [mail["sorte"] for mail in document["courriels_envoyes"]] == ["delegation-granted"]


async def test_closing_the_account_revokes_delegations_and_says_so_first(
    space: Client, runtime: Runtime, outbox: Outbox, person: Person
) -> None:
    await grant(space)
    await grant(space, siret=OTHER_SIRET, starts_on=day(5))
    page = await space.get(CLOSING)
    assert "Vos délégations sont révoquées" in page.text
    await space.submit(page, {"password": PASSWORD}, action=CLOSING)
    assert await value(runtime, LIVE) == 0
    assert await events_of(runtime, "delegation_revoked") == [
        "delegation_revoked: SIRET\u00a0732\u00a0829\u00a0320\u00a000074",
        "delegation_revoked: SIRET\u00a0356\u00a0000\u00a0000\u00a000048",
    ]
    assert await count_broken_histories(runtime.db) == 0
    await outbox.deliver()
    closed = outbox.to(person.email)[-1]
    assert "Vos délégations à des employeurs sont révoquées" in closed.text

    await register_and_log_in(space, person, outbox)
    page = await space.get(URL)
    assert "En cours" not in page.text
    assert "révoquée le" in page.text


async def test_ended_delegations_keep_their_state_when_the_account_closes(
    space: Client, runtime: Runtime
) -> None:
    await grant(space)
    await run(runtime, "UPDATE delegation SET starts_on = starts_on - 9, ends_on = starts_on - 1")
    await space.submit(await space.get(CLOSING), {"password": PASSWORD}, action=CLOSING)
    assert await value(runtime, LIVE) == 1


async def test_a_grant_against_a_closing_has_one_order(space: Client, runtime: Runtime) -> None:
    values = (await to_preview(space)).values(GRANT)
    async with runtime.db.transaction() as closing:
        await closing.execute("SELECT FROM login FOR UPDATE")
        granting = asyncio.create_task(space.post(GRANT, values, follow=False))
        await until_someone_waits(runtime)
        await closing.execute("DELETE FROM account")
    answer = await granting
    assert answer.leads_to_login("/connexion")
    assert await count(runtime, "delegation") == 0
    assert await count(runtime, "mail") == 0


@pytest.mark.parametrize("how", ["revoking", "closing"])
async def test_a_revocation_is_dated_after_what_it_waited_for(
    space: Client, runtime: Runtime, how: str
) -> None:
    """A draft that an employer prepared under the lock precedes it, and its date shows that."""
    page = await grant(space)
    delegation_id = await value(runtime, "SELECT id FROM delegation")
    if how == "closing":
        address, fields = CLOSING, {"password": PASSWORD}
    else:
        address, fields = f"{URL}/{delegation_id}/revoquer", {}
    page = await space.get(address)
    async with runtime.db.transaction() as connection:
        await connection.execute("SELECT FROM person FOR UPDATE")
        ending = asyncio.create_task(space.submit(page, fields, action=address))
        await until_someone_waits(runtime)
        prepared_at = await connection.fetchval("SELECT clock_timestamp()")
    await ending
    assert await value(runtime, "SELECT revoked_at > $1 FROM delegation", prepared_at)
