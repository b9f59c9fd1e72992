"""The end of the DIF on the pages: before and after it, they are consistent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from uuid import UUID

import pytest

from tests.support.desks import agents
from tests.support.desks.agents import InventedAgent, log_in_agent, organisme_agent
from tests.support.desks.desk import Desk
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.programs.settings import make_settings
from tests.support.text.spaces import plain
from tests.support.titulaires.people import Person
from tests.support.training.delegations import to_preview
from tests.support.training.dossiers import (
    add_organisme,
    complete,
    draft,
    find,
    give_hours,
    submitted,
    validated,
)
from web.core.clock import Clock
from web.core.runtime import Runtime, build_runtime
from web.dossiers.records import Hours
from web.filters import french_date
from web.settings import Settings

NEW, SIMULATION = "/espace/dossiers/nouveau", "/espace/dossiers/simulation?duration=40"
ENDED, TO_COME = -1, 1


@pytest.fixture
def days() -> int:
    """Days from today to the last day of the DIF; in the past unless a test overrides it."""
    return ENDED


@pytest.fixture
def last(days: int) -> date:
    """The last day of the DIF."""
    return Clock().today() + timedelta(days=days)


@pytest.fixture
def settings(database_url: str, last: date) -> Settings:
    """The usual settings, with that day."""
    return make_settings(database_url=database_url, dif_ends_on=last)


@pytest.fixture
async def earlier(runtime: Runtime) -> AsyncIterator[Runtime]:
    """The same application a few days earlier."""
    then = runtime.clock.now() - timedelta(days=3)
    machine = build_runtime(runtime.settings, clock=Clock(lambda: then))
    await machine.db.connect()
    yield machine
    await machine.db.disconnect()
    machine.passwords.close()


def ended(last: date, hours: int = 80) -> str:
    """The notice shown beside the balance."""
    day = plain(french_date(last))
    return f"Le DIF a pris fin le {day}. Heures qui ne peuvent plus être utilisées : {hours} h."


async def test_once_ended_every_page_of_the_space_tells_it(
    space: Client, runtime: Runtime, person_id: UUID, last: date
) -> None:
    await give_hours(runtime, person_id, dif=80, cpf=24)
    draft_id = await draft(runtime, person_id, complete(await add_organisme(runtime)))
    dashboard = (await space.get("/espace")).text
    assert "Heures du compte personnel Heures CPF disponibles 24 h" in dashboard
    assert f"Heures DIF terminées {ended(last)}" in dashboard
    assert "vous pouvez utiliser vos heures DIF" not in dashboard
    hours = (await space.get("/espace/heures")).text
    assert ended(last) in hours
    assert "Vous pouvez encore déclarer le solde que vous aviez." in hours
    assert "doit obligatoirement être saisi" not in hours
    simulation = (await space.get(SIMULATION)).text
    assert f"Vous avez 24 h de CPF. {ended(last)}" in simulation
    assert "Avec vos heures : 24 h CPF ; il reste 16 h à financer autrement" in simulation
    part = (await space.get(SIMULATION, htmx=True)).text
    assert ended(last) in part
    dossier = (await space.get(f"/espace/dossiers/{draft_id}")).text
    assert "24 h CPF ; il reste 16 h à financer autrement" in dossier
    assert "ses heures ne peuvent plus être réservées" in dossier
    edit = (await space.get(f"/espace/dossiers/{draft_id}/modifier")).text
    assert ended(last) in edit
    assert f"Heures DIF terminées {ended(last)}" in (await to_preview(space)).text


@pytest.mark.parametrize("days", [TO_COME])
async def test_before_the_end_pages_count_the_hours_and_tell_the_day(
    space: Client, runtime: Runtime, person_id: UUID, last: date
) -> None:
    await give_hours(runtime, person_id, dif=80, cpf=24)
    draft_id = await draft(runtime, person_id, complete(await add_organisme(runtime)))
    day = plain(french_date(last))
    dashboard = (await space.get("/espace")).text
    assert "Heures DIF 80 h" in dashboard
    assert "vous pouvez utiliser vos heures DIF" in dashboard
    hours = (await space.get("/espace/heures")).text
    assert f"Vos heures DIF peuvent être utilisées jusqu’au {day}." in hours
    assert "loi n°" not in hours
    assert "Avec vos heures : 40 h DIF" in (await space.get(SIMULATION)).text
    dossier = (await space.get(f"/espace/dossiers/{draft_id}")).text
    assert f"Les heures DIF peuvent être réservées jusqu’au {day}" in dossier
    assert "Heures DIF 80 h" in (await to_preview(space)).text
    for path in ("/espace", "/espace/heures", SIMULATION):
        assert "a pris fin" not in (await space.get(path)).text


async def test_once_ended_the_dif_stands_in_the_way_of_nothing_and_is_still_kept(
    space: Client, person_id: UUID, last: date
) -> None:
    dashboard = (await space.get("/espace")).text
    assert "À faire : vos heures DIF" not in dashboard
    assert "Heures DIF terminées Le DIF a pris fin" in dashboard
    assert "Heures qui ne peuvent plus" not in dashboard
    assert "Créer un dossier" in (await space.get("/espace/dossiers")).text
    assert "Enregistrer" in (await space.get(NEW)).text
    page = await space.get("/espace/heures")
    page = await space.submit(page, {"dif": "80"}, action="/espace/heures")
    assert ended(last) in page.text


@pytest.mark.parametrize("days", [TO_COME])
async def test_before_the_end_a_dossier_waits_for_the_dif(space: Client, person_id: UUID) -> None:
    assert "À faire : vos heures DIF" in (await space.get("/espace")).text
    assert "À faire d’abord : vos heures DIF" in (await space.get(NEW)).text


async def test_a_cancellation_tells_which_hours_are_lost(
    space: Client,
    runtime: Runtime,
    earlier: Runtime,
    person_id: UUID,
    last: date,
    outbox: Outbox,
    person: Person,
) -> None:
    contents = complete(await add_organisme(runtime))
    await give_hours(runtime, person_id, dif=15, cpf=24)
    dossier_id = await validated(earlier, person_id, contents)
    page = (await space.get(f"/espace/dossiers/{dossier_id}/annuler")).text
    day = plain(french_date(last))
    assert "Les heures CPF réservées (24 h) redeviendront disponibles." in page
    assert f"(15 h) ne pourront plus être utilisées : le DIF a pris fin le {day}." in page
    await outbox.deliver()
    [mail] = [one for one in outbox.to(person.email) if one.subject.endswith("est validé")]
    for text in (mail.text, mail.html):
        words = " ".join(text.split())
        assert f"(DIF) peuvent être utilisées jusqu’au {day}" in words


async def test_an_organisme_reserves_no_dif_and_is_not_shown_the_balance(
    client: Client, runtime: Runtime, person_id: UUID
) -> None:
    agent = await agents.add(runtime, organisme_agent())
    assert agent.organisation_id
    await give_hours(runtime, person_id, dif=80, cpf=24)
    dossier_id = await submitted(runtime, person_id, complete(agent.organisation_id))
    await log_in_agent(client, agent)
    url = f"/organisme/dossiers/{dossier_id}"
    page = await client.get(f"{url}/valider")
    assert "24 h CPF ; il reste 16 h à financer autrement" in page.text
    for text in (page.text, (await client.get(url)).text):
        assert "ses heures ne peuvent plus être réservées" in text
        assert "80 h" not in text
    await client.submit(page, action=f"{url}/valider")
    assert (await find(runtime, dossier_id)).hours == Hours(0, 24, 16)


@pytest.mark.parametrize("days", [ENDED, TO_COME])
async def test_an_employer_sees_what_the_person_sees(
    client: Client, runtime: Runtime, person_id: UUID, last: date, days: int
) -> None:
    agent = await agents.add(runtime, InventedAgent())
    await give_hours(runtime, person_id, dif=80, cpf=24)
    await log_in_agent(client, agent)
    desk = Desk(client, runtime, agent, person_id)
    delegation_id = await desk.granted()
    page = (await desk.person(delegation_id)).text
    path = f"/employeur/personnes/{delegation_id}/dossiers/simulation?duration=40"
    part = (await client.get(path, htmx=True)).text
    if days == ENDED:
        assert f"Heures DIF terminées {ended(last)}" in page
        assert "Avec ses heures : 24 h CPF" in part
    else:
        assert "Heures DIF 80 h" in page
        assert "Avec ses heures : 40 h DIF" in part


async def test_an_employer_may_prepare_a_dossier_once_nothing_is_to_be_declared(
    client: Client, runtime: Runtime, person_id: UUID
) -> None:
    agent = await agents.add(runtime, InventedAgent())
    await log_in_agent(client, agent)
    desk = Desk(client, runtime, agent, person_id)
    delegation_id = await desk.granted()
    assert "Préparer un dossier" in (await desk.person(delegation_id)).text
