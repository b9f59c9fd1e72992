"""Permanent records are bounded per day, and acts that protect an account stay possible."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support.db.rows import run, value
from tests.support.http.client import Client
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import Person
from web.auth.titulaires.login_queries import LOGINS_PER_DAY
from web.core.runtime import Runtime
from web.hours.queries import CHANGES_A_DAY
from web.people.history.events import (
    EVENTS_PER_DAY,
    Actor,
    EventKind,
    TooManyEventsError,
    record_event,
)

FILL = """
    INSERT INTO event (person_id, kind, actor, actor_name, occurred_at)
    SELECT $1, $2, $3, $4, now() - interval '1 hour' FROM generate_series(1, $5)
"""
COUNT = "SELECT count(*) FROM event WHERE person_id = $1"


async def fill(runtime: Runtime, person_id: UUID, kind: EventKind, times: int) -> None:
    """Insert this many events of the kind, an hour ago."""
    await run(runtime, FILL, person_id, kind.value, Actor.TITULAIRE.value, "", times)


async def test_past_so_many_acts_the_next_waits_and_changes_nothing(
    space: Client, runtime: Runtime, person_id: UUID
) -> None:
    await fill(runtime, person_id, EventKind.PROFILE_CHANGED, EVENTS_PER_DAY.hits - 1)
    page = await space.get("/espace/informations")
    typed = {
        "first_name": "Zoé",
        "street": "1 rue des Lilas",
        "postcode": "49000",
        "city": "Angers",
    }
    assert (await space.submit(page, {**typed, "first_name": "Ève"})).status == 200
    before = await value(runtime, COUNT, person_id)
    refused = await space.submit(page, {**typed, "first_name": "Anne"})
    assert refused.status == 429
    assert "Réessayez demain." in refused.text
    assert "Cette demande n’a rien modifié" in refused.text
    assert "Ève" in (await space.get("/espace/informations")).html
    page = await space.get("/espace/mes-donnees")
    assert (await space.submit(page, action="/espace/mes-donnees")).status == 429
    assert await value(runtime, COUNT, person_id) == before
    await run(runtime, "ALTER TABLE event DISABLE TRIGGER event_only_grows")
    await run(runtime, "UPDATE event SET occurred_at = occurred_at - interval '1 day'")
    assert (await space.submit(page, action="/espace/mes-donnees")).status == 200


async def test_acts_that_protect_the_account_stay_possible(
    space: Client, runtime: Runtime, person: Person, person_id: UUID
) -> None:
    await fill(runtime, person_id, EventKind.PROFILE_CHANGED, EVENTS_PER_DAY.hits)
    new = {"password": "Girafe-913-Mauve", "password_confirmation": "Girafe-913-Mauve"}
    page = await space.get("/espace/mot-de-passe")
    page = await space.submit(page, {"password_current": person.password, **new})
    assert "Votre mot de passe est modifié." in page.text
    page = await space.get("/espace/informations/fermeture")
    assert (await space.submit(page, {"password": new["password"]})).url == "/compte-ferme"


async def test_one_s_acts_use_up_nobody_else_s(runtime: Runtime, person_id: UUID) -> None:
    kind = EventKind.DOSSIER_CREATED
    employer = (Actor.EMPLOYER.value, "Verrerie Duval")
    await run(runtime, FILL, person_id, kind.value, *employer, EVENTS_PER_DAY.hits)
    async with runtime.db.transaction() as connection:
        with pytest.raises(TooManyEventsError):
            await record_event(
                connection,
                person_id,
                kind,
                actor=Actor.EMPLOYER,
                actor_name="Verrerie Duval",
            )
        await record_event(
            connection, person_id, kind, actor=Actor.EMPLOYER, actor_name="Tuilerie Morel"
        )
        await record_event(connection, person_id, kind)


async def test_the_dif_is_changed_so_many_times_a_day(space: Client, runtime: Runtime) -> None:
    page = await space.get("/espace/heures")
    for number in range(CHANGES_A_DAY.hits):
        answer = await space.submit(page, {"dif": str(number)}, action="/espace/heures")
        assert answer.status == 200
    refused = await space.submit(page, {"dif": "99"}, action="/espace/heures")
    assert refused.status == 429
    assert "recommencez demain" in refused.error_of("dif")
    assert refused.values("/espace/heures")["dif"] == "99"
    count = "SELECT count(*) FROM movement"
    assert await value(runtime, count) == CHANGES_A_DAY.hits


async def test_logins_are_bounded_by_day_and_a_reset_starts_anew(
    space: Client, runtime: Runtime, person: Person, person_id: UUID
) -> None:
    await fill(runtime, person_id, EventKind.LOGIN, LOGINS_PER_DAY.hits - 1)
    before = await value(runtime, COUNT, person_id)
    refused = await log_in(space, person)
    assert refused.status == 429
    assert "réessayez demain" in refused.text
    assert await value(runtime, COUNT, person_id) == before
    assert await value(runtime, "SELECT coalesce(sum(hits), 0) FROM rate_limit") == 0
    async with runtime.db.transaction() as connection:
        await record_event(connection, person_id, EventKind.PASSWORD_RESET, actor=Actor.UNKNOWN)
    assert "Synthèse" in (await log_in(space, person)).text
