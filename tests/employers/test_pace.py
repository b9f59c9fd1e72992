"""Daily limits of an employer, and their notification: one mail, a bounded history."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from tests.support.db.rows import column, count, run, value
from tests.support.desks.desk import TYPED, Desk, dossier_path, new_path
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import events_of
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import complete, draft, find
from web.core.runtime import Runtime
from web.domain.dossier import Event
from web.dossiers.drafts import pace


@pytest.fixture
def two_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Low limits: the tests look at the behaviour at the limit."""
    monkeypatch.setattr(pace, "MOST_A_DAY", {Event.CREATE: 2, Event.EDIT: 2})


async def test_drafts_prepared_together_are_told_in_one_mail(
    desk: Desk, runtime: Runtime, outbox: Outbox, person: Person
) -> None:
    delegation_id = await desk.granted()
    for number in range(3):
        await desk.create(delegation_id, TYPED | {"title": f"Soudure {number}"})
    await outbox.deliver()
    assert outbox.peer.received == []
    await outbox.deliver_later()

    [mail] = outbox.to(person.email)
    assert mail.subject == "Votre employeur a préparé 3 dossiers de formation"
    for dossier_id in await column(runtime, "SELECT id FROM dossier"):
        assert f"/espace/dossiers/{dossier_id}" in mail.text
        assert f"/espace/dossiers/{dossier_id}" in mail.html
        assert (await find(runtime, dossier_id)).number in mail.text
    assert "Soudure" not in mail.text + mail.html
    assert "(heure de Paris)" in mail.text

    # The next one is notified within the hour, together with those after it.
    for number in range(2):
        await desk.create(delegation_id, TYPED | {"title": f"Vitrerie {number}"})
    await outbox.deliver()
    assert len(outbox.to(person.email)) == 1
    wait = "SELECT max(due_at) - now() FROM mail WHERE status = 'queued'"
    assert 3000 < (await value(runtime, wait)).total_seconds() <= 3900
    await outbox.deliver_later()
    assert len(outbox.to(person.email)) == 2
    assert await value(runtime, "SELECT count(*) FROM mail") == 5


async def test_a_draft_deleted_before_the_mail_is_not_told_and_the_others_are(
    desk: Desk, runtime: Runtime, outbox: Outbox, person: Person
) -> None:
    delegation_id = await desk.granted()
    for number in range(2):
        await desk.create(delegation_id, TYPED | {"title": f"Soudure {number}"})
    first = await value(runtime, "SELECT id FROM dossier ORDER BY created_at LIMIT 1")
    path = dossier_path(delegation_id, first, "supprimer")
    await desk.browser.submit(await desk.browser.get(path), action=path)
    await outbox.deliver_later()

    [mail] = outbox.to(person.email)
    assert mail.subject == "Votre employeur a préparé un dossier de formation"
    assert f"/espace/dossiers/{first}" not in mail.text


@pytest.mark.usefixtures("two_a_day")
async def test_beyond_a_day_s_drafts_nothing_is_saved_and_what_was_typed_is_kept(
    desk: Desk, runtime: Runtime
) -> None:
    delegation_id = await desk.granted()
    for _ in range(2):
        await desk.create(delegation_id, TYPED)
    page = await desk.create(delegation_id, TYPED)

    assert page.status == 429
    assert "Rien n’est enregistré" in page.text
    assert "au plus 2 dossiers" in page.text
    assert re.search(
        r"à partir du \d+(er)?\s\w+\s\d{4} à\s\d+\sh\s\d\d \(heure de Paris\)", page.text
    )
    assert page.values(new_path(delegation_id))["title"] == TYPED["title"]
    assert await count(runtime, "dossier") == 2
    assert len(await events_of(runtime, "dossier_created")) == 2
    assert await value(runtime, "SELECT count(*) FROM mail WHERE kind = 'dossiers-prepared'") == 2

    await _a_day_passes(runtime)
    assert (await desk.create(delegation_id, TYPED)).status == 200


@pytest.mark.usefixtures("two_a_day")
async def test_beyond_a_day_s_corrections_nothing_is_saved(
    desk: Desk, runtime: Runtime, organisme_id: UUID
) -> None:
    delegation_id = await desk.granted()
    dossier_id = await draft(runtime, desk.person_id, complete(organisme_id))
    path = dossier_path(delegation_id, dossier_id, "modifier")
    for hours in ("30", "31", "32"):
        page = await desk.browser.submit(
            await desk.browser.get(path), {"duration": hours}, action=path
        )
    assert page.status == 429
    assert "corrige au plus 2 fois les dossiers d’une même personne" in page.text
    assert page.values(path)["duration"] == "32"
    assert (await find(runtime, dossier_id)).contents.duration == 31
    assert len(await events_of(runtime, "dossier_edited")) == 2


@pytest.mark.usefixtures("two_a_day")
async def test_the_limits_of_one_employer_do_not_affect_others(
    desk: Desk, runtime: Runtime, organisme_id: UUID
) -> None:
    delegation_id = await desk.granted()
    for _ in range(2):
        await desk.create(delegation_id, TYPED)
    await run(runtime, "UPDATE organisation SET name = 'Autre' WHERE kind = 'employer'")
    assert (await desk.create(delegation_id, TYPED)).status == 200
    for _ in range(3):
        await draft(runtime, desk.person_id, complete(organisme_id))


async def _a_day_passes(runtime: Runtime) -> None:
    await run(runtime, "ALTER TABLE event DISABLE TRIGGER USER")
    await run(runtime, "UPDATE event SET occurred_at = occurred_at - interval '1 day'")
    await run(runtime, "ALTER TABLE event ENABLE TRIGGER USER")
