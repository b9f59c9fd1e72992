"""An identity that cannot be decrypted, as after a lost key, spoils its own line alone."""

from __future__ import annotations

from uuid import UUID

import pytest
from structlog.testing import capture_logs

from tests.support.db.rows import corrupt, value
from tests.support.desks.agents import InventedAgent
from tests.support.http.client import Client
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import Person
from tests.support.training import dossiers
from tests.support.training.dossiers import find
from web.core.runtime import Runtime
from web.domain.dossier import Status

QUEUE = "/organisme"
UNREADABLE = "Identité illisible : écrivez-nous au sujet du dossier n° {}"
ACCOUNT = "SELECT id FROM account WHERE person_id = $1"


@pytest.fixture
async def others_id(runtime: Runtime, agent: InventedAgent, dossier_id: UUID) -> UUID:
    """The dossier of someone else; that of the first person can no longer be read."""
    assert agent.organisation_id
    account_id = await open_account(runtime, Person(first_name="Amélie", birth_name="Zola"))
    other = await dossiers.person_of(runtime, account_id)
    await dossiers.give_hours(runtime, other, dif=0)
    contents = dossiers.complete(agent.organisation_id, title="Soudure")
    readable = await dossiers.submitted(runtime, other, contents)
    person_id = (await find(runtime, dossier_id)).person_id
    await corrupt(runtime, "account.identity", "person_id = $1", person_id)
    return readable


async def test_the_queue_names_the_others_and_says_whom_to_ask(
    desk: Client, dossier_id: UUID, others_id: UUID, runtime: Runtime
) -> None:
    for htmx in (False, True):
        with capture_logs() as logs:
            page = await desk.get(QUEUE, htmx=htmx)
        assert page.status == 200
        lost, other = await find(runtime, dossier_id), await find(runtime, others_id)
        assert f"n° {lost.number} {UNREADABLE.format(lost.number)} Soumis" in page.text
        assert f"n° {other.number} Amélie Zola Soumis" in page.text
        assert 'href="/contact"' in page.html
        [error] = [line for line in logs if line["log_level"] == "error"]
        assert error["event"] == "sealed value unreadable"
        assert error["column"] == "account.identity"
        assert error["row"] == {"id": str(await value(runtime, ACCOUNT, lost.person_id))}


async def test_a_dossier_of_someone_unknown_is_read_and_not_decided_on(
    desk: Client, dossier_id: UUID, others_id: UUID, runtime: Runtime
) -> None:
    path = f"{QUEUE}/dossiers/{dossier_id}"
    page = await desk.get(path)
    assert page.status == 200
    assert "Son identité ne peut pas être lue" in page.text
    assert "Cette personne a fermé son compte" not in page.text
    assert "École des Quais" in page.text
    for action in ("valider", "renvoyer", "refuser", "annuler"):
        assert f"{path}/{action}" not in page.html
        assert (await desk.get(f"{path}/{action}", follow=False)).location == path
    assert (
        f"{QUEUE}/dossiers/{others_id}/valider"
        in (await desk.get(f"{QUEUE}/dossiers/{others_id}")).html
    )


async def test_a_form_already_open_decides_nothing_either(
    desk: Client, dossier_id: UUID, runtime: Runtime
) -> None:
    path = f"{QUEUE}/dossiers/{dossier_id}"
    page = await desk.get(f"{path}/valider")
    await corrupt(runtime, "account.identity", "true")
    answer = await desk.submit(page, action=f"{path}/valider")
    assert answer.url == path
    assert "Son identité ne peut pas être lue" in answer.text
    assert (await find(runtime, dossier_id)).status is Status.SUBMITTED
