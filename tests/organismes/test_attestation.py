"""The attestation of the DIF hours: seen once, before any of them is reserved."""

from __future__ import annotations

from uuid import UUID

from tests.support.db.rows import column, count, run
from tests.support.desks.agents import InventedAgent
from tests.support.desks.organisme_desk import dossier_path, queue_after
from tests.support.http.client import Client
from tests.support.text.spaces import plain
from tests.support.training.dossiers import (
    SEEN,
    Submit,
    add_organisme,
    agent_of,
    complete,
    find,
    give_hours,
    step,
    submitted,
)
from web.core.runtime import Runtime
from web.domain.dossier import Event, Status

SEEN_EVENTS = "SELECT actor_name FROM event WHERE kind = 'dossier_attestation_seen'"
NO_DIF = "INSERT INTO movement (person_id, balance, kind, hours) VALUES ($1, 'dif', $2, -15)"


async def test_without_the_attestation_nothing_is_validated_and_the_form_says_why(
    desk: Client, dossier_id: UUID, runtime: Runtime
) -> None:
    assert "aucun organisme ne l’a encore vue" in (await desk.get(dossier_path(dossier_id))).text
    path = dossier_path(dossier_id, "valider")
    page = await desk.submit(await desk.get(path), action=path)
    assert page.status == 422
    assert "Cochez la case après avoir vu l’attestation" in page.error_of("attestation")
    assert (await find(runtime, dossier_id)).status is Status.SUBMITTED
    for table in ("dif_attestation", "dif_lock", "dossier_hours"):
        assert await count(runtime, table) == 0

    page = await desk.submit(page, {"attestation": "y"}, action=path)
    assert page.url == queue_after(dossier_id)
    assert (await find(runtime, dossier_id)).status is Status.VALIDATED


async def test_it_is_recorded_once_and_shown_to_the_next_organisme(
    desk: Client, submit: Submit, runtime: Runtime, agent: InventedAgent, person_id: UUID
) -> None:
    elsewhere = complete(await add_organisme(runtime, "Fongélys"), duration=5)
    first = await submitted(runtime, person_id, elsewhere)
    await step(runtime, first, Event.VALIDATE, agent_of(elsewhere, "Fongélys"), SEEN)
    number = (await find(runtime, first)).number
    details = "SELECT detail FROM event WHERE kind = 'dossier_attestation_seen'"
    assert await column(runtime, details) == [number]

    second = await submit(duration=5)
    for action in ("", "valider"):
        assert "déjà vue le" in (await desk.get(dossier_path(second, action))).text
    path = dossier_path(second, "valider")
    page = await desk.get(path)
    assert "par Fongélys" in page.text
    assert "attestation" not in page.values(path)
    page = await desk.submit(page, action=path)
    assert page.url == queue_after(second)
    assert (await find(runtime, second)).status is Status.VALIDATED
    assert await column(runtime, SEEN_EVENTS) == ["Fongélys"]


async def test_a_dossier_without_dif_hours_needs_none(
    desk: Client, dossier_id: UUID, runtime: Runtime, person_id: UUID
) -> None:
    await run(runtime, NO_DIF, person_id, "dif_corrected")
    path = dossier_path(dossier_id, "valider")
    page = await desk.get(path)
    assert "attestation" not in page.values(path)
    page = await desk.submit(page, action=path)
    assert page.url == queue_after(dossier_id)
    assert await count(runtime, "dif_attestation") == 0
    assert await count(runtime, "dif_lock") == 1


async def test_dif_hours_that_came_after_the_page_ask_for_it(
    desk: Client, dossier_id: UUID, runtime: Runtime, person_id: UUID
) -> None:
    await run(runtime, NO_DIF, person_id, "dif_corrected")
    path = dossier_path(dossier_id, "valider")
    page = await desk.get(path)
    await give_hours(runtime, person_id, dif=10)
    page = await desk.submit(page, action=path)
    assert page.status == 422
    assert page.error_of("attestation")
    page = await desk.submit(page, {"attestation": "y"}, action=path)
    assert page.url == queue_after(dossier_id)
    assert await count(runtime, "dif_attestation") == 1


async def test_someone_whose_hours_were_used_before_the_rule_is_asked_for_it(
    desk: Client, submit: Submit, runtime: Runtime
) -> None:
    first = await submit(duration=5)
    path = dossier_path(first, "valider")
    await desk.submit(await desk.get(path), {"attestation": "y"}, action=path)
    await run(runtime, "ALTER TABLE dif_attestation DISABLE TRIGGER USER")
    await run(runtime, "DELETE FROM dif_attestation")
    path = dossier_path(await submit(duration=5), "valider")
    page = await desk.submit(await desk.get(path), action=path)
    assert page.error_of("attestation")
    page = await desk.submit(page, {"attestation": "y"}, action=path)
    assert await count(runtime, "dif_attestation") == 1


async def test_a_dossier_that_changed_meanwhile_asks_for_it_again(
    desk: Client, dossier_id: UUID, runtime: Runtime
) -> None:
    path = dossier_path(dossier_id, "valider")
    page = await desk.get(path)
    await run(runtime, "UPDATE dossier SET revision = revision + 1")
    page = await desk.submit(page, {"attestation": "y"}, action=path)
    assert page.status == 409
    assert "J’ai vu l’attestation de l’employeur" in plain(page.text)
    await desk.submit(page, {"attestation": "y"}, action=path)
    assert (await find(runtime, dossier_id)).status is Status.VALIDATED
