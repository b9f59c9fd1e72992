"""The daily digest: who gets it, when, once, and what it reports."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from tests.organismes.digest.mornings import Mornings
from tests.support.db.rows import run, value
from tests.support.desks import agents
from tests.support.desks.agents import OTHER_SIRET, InventedAgent, organisme_agent
from tests.support.mail.outbox import Outbox, Received
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import Submit, step
from web.core.runtime import Runtime
from web.domain.dossier import Event, Facts
from web.dossiers.access import Author
from web.organismes.digest.mails import since

DIGESTS = "SELECT count(*) FROM mail WHERE kind = 'dossiers-waiting'"


def received(outbox: Outbox) -> list[Received]:
    """The digests; the titulaires get mails about their dossiers too."""
    return [mail for mail in outbox.peer.received if "votre décision" in mail.subject]


async def test_it_counts_the_dossiers_and_gives_the_age_of_the_oldest(
    mornings: Mornings, submit: Submit, agent: InventedAgent, outbox: Outbox, person: Person
) -> None:
    for days in (12, 3, 1):
        await mornings.age(await submit(), days)
    await mornings.come()
    await outbox.deliver()

    [mail] = received(outbox)
    assert mail.recipient == agent.email
    assert mail.subject == "3 dossiers attendent votre décision"
    for text in (mail.text, mail.html):
        assert "3 dossiers de formation soumis à Opcalys attendent votre décision" in text
        assert "Le plus ancien a été soumis il y a 12\u00a0jours." in text
        assert "http://127.0.0.1:8000/organisme" in text
        for secret in (person.first_name, person.birth_name, person.email, person.nir):
            assert secret not in text


async def test_a_single_dossier_is_reported_in_the_singular(
    mornings: Mornings, dossier_id: UUID, outbox: Outbox
) -> None:
    await mornings.age(dossier_id, 1)
    await mornings.come()
    await outbox.deliver()

    [mail] = received(outbox)
    assert mail.subject == "Un dossier attend votre décision"
    assert "Il a été soumis hier." in mail.text


def test_an_age_is_counted_in_days() -> None:
    assert [since(days) for days in (0, 1, 2)] == [
        "aujourd’hui",
        "hier",
        "il y a 2\u00a0jours",
    ]


async def test_each_agent_gets_one_a_day_whatever_the_workers(
    mornings: Mornings, dossier_id: UUID, agent: InventedAgent, outbox: Outbox, runtime: Runtime
) -> None:
    colleague = await agents.add(runtime, organisme_agent())
    await mornings.age(dossier_id, 2)
    await mornings.come(workers=4)
    await mornings.come(at="08:05", workers=4)
    await mornings.come(at="23:59")
    await outbox.deliver()
    assert sorted(mail.recipient for mail in received(outbox)) == sorted(
        (agent.email, colleague.email)
    )

    await mornings.come(mornings.after(mornings.day))
    await outbox.deliver()
    assert len(outbox.to(agent.email)) == 2


@pytest.mark.parametrize("at", ["00:00", "07:59"])
async def test_it_waits_for_the_morning_in_paris(
    mornings: Mornings, dossier_id: UUID, runtime: Runtime, at: str
) -> None:
    await mornings.age(dossier_id, 2)
    await mornings.come(at=at)
    assert await value(runtime, DIGESTS) == 0


async def test_a_worker_that_starts_late_sends_it_the_same_day(
    mornings: Mornings, dossier_id: UUID, runtime: Runtime
) -> None:
    await mornings.age(dossier_id, 2)
    await mornings.come(at="18:30")
    assert await value(runtime, DIGESTS) == 1


@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2027, 1, 2), date(2027, 3, 29)])
async def test_there_is_none_on_weekends_and_public_holidays(
    mornings: Mornings, dossier_id: UUID, runtime: Runtime, day: date
) -> None:
    await run(runtime, "UPDATE dossier SET submitted_at = '2026-11-02'")
    await mornings.come(day)
    assert await value(runtime, DIGESTS) == 0
    await mornings.come(mornings.after(day))
    assert await value(runtime, DIGESTS) == 1


async def test_a_dossier_submitted_during_the_day_waits_for_the_next_morning(
    mornings: Mornings, dossier_id: UUID, runtime: Runtime
) -> None:
    opening = f"{mornings.day} 08:00 Europe/Paris"
    await run(runtime, "UPDATE dossier SET submitted_at = $1::text::timestamptz", opening)
    await mornings.come(at="09:00")
    assert await value(runtime, DIGESTS) == 0
    await mornings.come(mornings.after(mornings.day))
    assert await value(runtime, DIGESTS) == 1


async def test_it_goes_only_to_agents_of_that_organisme_who_have_a_password(
    mornings: Mornings, dossier_id: UUID, agent: InventedAgent, outbox: Outbox, runtime: Runtime
) -> None:
    await agents.add(runtime, organisme_agent(siret=OTHER_SIRET, organisation="Fongélys"))
    await agents.add(runtime, InventedAgent())
    invited = await agents.add(runtime, organisme_agent())
    await run(runtime, "UPDATE login SET password_hash = NULL WHERE id = $1", invited.id)
    await mornings.age(dossier_id, 2)
    await mornings.come()
    await outbox.deliver()
    assert [mail.recipient for mail in received(outbox)] == [agent.email]


async def test_nothing_is_sent_when_no_dossier_waits(
    mornings: Mornings, agent: InventedAgent, runtime: Runtime
) -> None:
    await mornings.come()
    assert await value(runtime, DIGESTS) == 0


async def test_a_dossier_decided_meanwhile_is_not_reported(
    mornings: Mornings, dossier_id: UUID, agent: InventedAgent, outbox: Outbox, runtime: Runtime
) -> None:
    await mornings.age(dossier_id, 2)
    await mornings.come()
    assert agent.organisation_id
    author = Author.organisme(agent.organisation_id, agent.organisation)
    await step(runtime, dossier_id, Event.VALIDATE, author, Facts())
    await outbox.deliver()
    digests = "SELECT status || ' ' || reason FROM mail WHERE kind = 'dossiers-waiting'"
    assert await value(runtime, digests) == "held obsolete"


async def test_a_digest_that_could_not_leave_for_a_day_is_left_to_the_next(
    mornings: Mornings, dossier_id: UUID, outbox: Outbox, runtime: Runtime
) -> None:
    await mornings.age(dossier_id, 2)
    await mornings.come()
    await run(runtime, "UPDATE mail SET created_at = created_at - interval '21 hours'")
    await outbox.deliver()
    assert received(outbox) == []
    assert (
        await value(runtime, "SELECT reason FROM mail WHERE kind = 'dossiers-waiting'")
        == "obsolete"
    )


@pytest.mark.parametrize("is_enqueued", [False, True])
async def test_a_blocked_agent_gets_none(
    mornings: Mornings,
    dossier_id: UUID,
    agent: InventedAgent,
    outbox: Outbox,
    runtime: Runtime,
    is_enqueued: bool,
) -> None:
    await mornings.age(dossier_id, 2)
    if is_enqueued:
        await mornings.come()
    await run(runtime, "UPDATE login SET blocked_at = now() WHERE id = $1", agent.id)
    await mornings.come()
    assert await value(runtime, DIGESTS) == int(is_enqueued)
    await outbox.deliver()
    assert received(outbox) == []
