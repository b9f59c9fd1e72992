"""One dossier on the desk, and the decisions on it: once, by one agent, with notification."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from tests.support.db.rows import column, run, value
from tests.support.desks.agents import InventedAgent
from tests.support.desks.organisme_desk import dossier_path, queue_after
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.text.spaces import plain
from tests.support.titulaires.people import Person
from tests.support.training import dossiers
from tests.support.training.dossiers import Submit, find, step
from web.core.runtime import Runtime
from web.domain.dossier import ClosingReason, Event, Facts, Status
from web.dossiers.access import Author

REASON = "Le programme ne dit pas\ncombien d’heures durent les travaux pratiques."
TICKED = {"attestation": "y"}
ACTIONS = ("valider", "renvoyer", "refuser", "clore", "annuler")
MOVED = (
    "SELECT kind || ' ' || hours || ' ' || reserved FROM movement WHERE reference <> '' ORDER BY id"
)


async def decide(client: Client, dossier_id: UUID, action: str, **fields: str) -> Page:
    """Open the page of a decision, fill it and press its button."""
    path = dossier_path(dossier_id, action)
    if action == "valider":
        fields = {**TICKED, **fields}
    return await client.submit(await client.get(path), fields, action=path)


async def by_a_colleague(
    runtime: Runtime, agent: InventedAgent, dossier_id: UUID, event: Event
) -> None:
    """Meanwhile, a colleague of the same organisme decides."""
    assert agent.organisation_id
    author = Author.organisme(agent.organisation_id, agent.organisation)
    await step(runtime, dossier_id, event, author, Facts(reason="Vu entre-temps.", followed=1))


async def test_the_dossier_shows_what_is_needed_to_decide_and_to_call(
    desk: Client, dossier_id: UUID, person: Person
) -> None:
    page = await desk.get(dossier_path(dossier_id))
    assert "Anglais professionnel" in page.text
    assert f"Madame {person.first_name} {person.birth_name}" in page.text
    assert 'href="tel:+33612345678">06 12 34 56 78<' in plain(page.html)
    assert f'href="mailto:{person.email}"' in page.html
    assert "15 h DIF + 20 h CPF ; il reste 5 h à financer autrement" in page.text
    assert "par la personne" in page.text
    assert person.nir not in page.html
    assert person.nir[5:] not in page.html
    for action in ("valider", "renvoyer", "refuser", "annuler"):
        assert f'href="{dossier_path(dossier_id, action)}"' in page.html
    assert dossier_path(dossier_id, "clore") not in page.html


async def test_each_decision_says_who_reads_the_reason_and_which_hours_it_affects(
    desk: Client, dossier_id: UUID
) -> None:
    for action in ("renvoyer", "refuser", "annuler"):
        page = await desk.get(dossier_path(dossier_id, action))
        assert "ainsi que l’employeur à qui elle a donné délégation" in page.text
    await decide(desk, dossier_id, "valider")
    page = await desk.get(dossier_path(dossier_id, "clore"))
    assert "toutes les heures réservées (15 h DIF + 20 h CPF) seront débitées" in page.text
    page = await desk.get(dossier_path(dossier_id, "annuler"))
    assert "Les heures réservées (15 h DIF + 20 h CPF) redeviendront disponibles." in page.text


async def test_a_closed_account_is_said_and_its_dossier_stays(
    desk: Client, dossier_id: UUID, person: Person, runtime: Runtime
) -> None:
    await run(runtime, "DELETE FROM account")
    page = await desk.get(dossier_path(dossier_id))
    assert "Cette personne a fermé son compte" in page.text
    assert person.email not in page.html
    page = await decide(desk, dossier_id, "refuser", reason=REASON)
    assert ") est refusé." in page.text


async def test_validating_says_the_hours_then_reserves_them(
    desk: Client,
    dossier_id: UUID,
    runtime: Runtime,
    agent: InventedAgent,
    outbox: Outbox,
    person: Person,
) -> None:
    page = await desk.get(dossier_path(dossier_id, "valider"))
    assert "15 h DIF + 20 h CPF ; il reste 5 h à financer autrement" in page.text
    page = await desk.submit(page, TICKED, action=dossier_path(dossier_id, "valider"))
    assert page.url == queue_after(dossier_id)
    number = (await find(runtime, dossier_id)).number
    said = f"Le dossier « Anglais professionnel » (n° {number}) est validé, et les heures sont"
    assert said in page.text
    assert await column(runtime, MOVED) == ["reserved -15 15", "reserved -20 20"]
    assert (await find(runtime, dossier_id)).status is Status.VALIDATED
    events = await column(runtime, "SELECT actor_name FROM event WHERE kind = 'dossier_validated'")
    assert events == [agent.organisation]
    page = await desk.get(dossier_path(dossier_id))
    assert "Heures réservées" in page.text
    for action in ("clore", "annuler"):
        assert f'href="{dossier_path(dossier_id, action)}"' in page.html
    for action in ("valider", "renvoyer", "refuser"):
        assert f'href="{dossier_path(dossier_id, action)}"' not in page.html
        away = await desk.get(dossier_path(dossier_id, action), follow=False)
        assert away.location == dossier_path(dossier_id)
    await outbox.deliver()
    assert len(outbox.to(person.email)) == 2, "submitted, then validated"


@pytest.mark.parametrize("action", ["renvoyer", "refuser"])
async def test_a_reason_is_required_kept_and_read_by_the_person(
    desk: Client, dossier_id: UUID, runtime: Runtime, action: str
) -> None:
    page = await decide(desk, dossier_id, action, reason="   ")
    assert page.status == 422
    assert "la personne doit pouvoir le comprendre" in page.error_of("reason")
    page = await decide(desk, dossier_id, action, reason="x" * 2001)
    assert "2 000 caractères au plus" in page.error_of("reason")
    assert page.values(dossier_path(dossier_id, action))["reason"] == "x" * 2001
    assert (await find(runtime, dossier_id)).status is Status.SUBMITTED

    page = await decide(desk, dossier_id, action, reason=REASON)
    assert page.url == queue_after(dossier_id)
    dossier = await find(runtime, dossier_id)
    if action == "renvoyer":
        assert dossier.status is Status.DRAFT
        assert (await desk.get(dossier_path(dossier_id))).status == 404
    else:
        assert dossier.closing is ClosingReason.REFUSED
        assert "travaux pratiques" in (await desk.get(dossier_path(dossier_id))).text
    assert await column(runtime, MOVED) == []
    kept = await column(runtime, "SELECT reason FROM dossier_step WHERE reason IS NOT NULL")
    assert len(kept) == 1
    assert b"travaux" not in bytes(kept[0])


async def test_a_training_that_is_over_debits_what_was_reserved(
    desk: Client, dossier_id: UUID, runtime: Runtime
) -> None:
    await decide(desk, dossier_id, "valider")
    page = await decide(desk, dossier_id, "clore")
    assert page.error_of("ending")
    page = await decide(desk, dossier_id, "clore", ending="termine")
    assert ") est clos." in page.text
    assert (await column(runtime, MOVED))[2:] == ["debited 0 -15", "debited 0 -20"]
    assert (await find(runtime, dossier_id)).closing is ClosingReason.COMPLETED
    page = await desk.get(dossier_path(dossier_id))
    assert not any(dossier_path(dossier_id, action) in page.html for action in ACTIONS)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "heures suivies"), ("douze", "heures suivies"), ("-1", "suivies"), ("41", "dure 40 h")],
)
async def test_the_hours_followed_are_asked_within_the_training(
    desk: Client, dossier_id: UUID, runtime: Runtime, typed: str, sentence: str
) -> None:
    await decide(desk, dossier_id, "valider")
    fields = {"ending": "abandonne", "followed": typed, "reason": REASON}
    page = await decide(desk, dossier_id, "clore", **fields)
    assert page.status == 422
    assert sentence in page.error_of("followed")
    kept = page.values(dossier_path(dossier_id, "clore"))
    assert (kept["ending"], kept["followed"]) == ("abandonne", typed)
    assert kept["reason"].strip().split() == REASON.split()
    assert (await find(runtime, dossier_id)).status is Status.VALIDATED


@pytest.mark.parametrize(
    ("typed", "movements"),
    [
        ("18", ["debited 0 -15", "debited 0 -3", "released 17 -17"]),
        ("0", ["released 15 -15", "released 20 -20"]),
    ],
)
async def test_a_training_given_up_debits_what_was_followed(
    desk: Client, dossier_id: UUID, runtime: Runtime, typed: str, movements: list[str]
) -> None:
    await decide(desk, dossier_id, "valider")
    page = await decide(desk, dossier_id, "clore", ending="abandonne", followed=typed)
    assert page.url == queue_after(dossier_id)
    assert sorted((await column(runtime, MOVED))[2:]) == sorted(movements)
    assert (await find(runtime, dossier_id)).closing is ClosingReason.ABANDONED
    told = f"après {typed} h suivies" if int(typed) > 1 else f"après {typed} h suivie par"
    assert told in (await desk.get(dossier_path(dossier_id))).text


@pytest.mark.parametrize("validated", [False, True])
async def test_cancelling_releases_what_was_reserved(
    desk: Client, dossier_id: UUID, runtime: Runtime, validated: bool
) -> None:
    if validated:
        await decide(desk, dossier_id, "valider")
    page = await decide(desk, dossier_id, "annuler", reason="")
    assert ") est annulé." in page.text
    expected = ["released 15 -15", "released 20 -20"] if validated else []
    assert (await column(runtime, MOVED))[2 if validated else 0 :] == expected
    assert (await find(runtime, dossier_id)).closing is ClosingReason.CANCELLED


@pytest.mark.parametrize("action", ACTIONS)
async def test_another_organisme_finds_no_dossier(
    desk: Client,
    other_organisme: Client,
    dossier_id: UUID,
    runtime: Runtime,
    person: Person,
    action: str,
) -> None:
    """8.2.2: neither to read nor to decide."""
    if action == "clore":
        await decide(desk, dossier_id, "valider")
    before = await value(runtime, "SELECT d::text FROM dossier d")
    for path in (
        dossier_path(dossier_id),
        dossier_path(dossier_id, action),
        dossier_path(uuid4(), action),
    ):
        page = await other_organisme.get(path)
        assert page.status == 404
        assert person.birth_name not in page.html
    tokens = (await other_organisme.get("/organisme")).values("/professionnels/deconnexion")
    revision = str((await find(runtime, dossier_id)).revision)
    fields = {**tokens, "revision": revision, "reason": REASON, "ending": "termine"}
    for identifier in (dossier_id, uuid4()):
        page = await other_organisme.post(dossier_path(identifier, action), fields, follow=False)
        assert page.status == 404
    page = await other_organisme.post(
        dossier_path(dossier_id, action), {**fields, "revision": "0"}, follow=False
    )
    assert page.status == 404, "the status of the dossier is not disclosed"
    assert await value(runtime, "SELECT d::text FROM dossier d") == before


async def test_of_two_agents_at_once_one_decides_and_the_other_is_told(
    desk: Client, colleague: Client, dossier_id: UUID, runtime: Runtime, agent: InventedAgent
) -> None:
    validating = await desk.get(dossier_path(dossier_id, "valider"))
    refusing = await colleague.get(dossier_path(dossier_id, "refuser"))
    answers = await asyncio.gather(
        desk.submit(validating, TICKED, action=dossier_path(dossier_id, "valider")),
        colleague.submit(refusing, {"reason": REASON}, action=dossier_path(dossier_id, "refuser")),
    )
    assert sorted(page.status for page in answers) == [200, 409]
    refused = next(page for page in answers if page.status == 409)
    assert "Ce dossier a changé entre-temps" in refused.text
    assert f"par {agent.organisation}" in refused.text
    steps = await column(runtime, "SELECT kind FROM dossier_step ORDER BY revision")
    assert steps[2:] in (["validate"], ["refuse"])


async def test_one_decision_sent_five_times_is_one(
    desk: Client, dossier_id: UUID, runtime: Runtime
) -> None:
    path = dossier_path(dossier_id, "valider")
    page = await desk.get(path)
    fields = {**page.values(path), **TICKED}
    answers = await asyncio.gather(*(desk.post(path, fields, follow=False) for _ in range(5)))
    assert {(page.status, page.location) for page in answers} == {(303, queue_after(dossier_id))}
    assert len(await column(runtime, MOVED)) == 2


async def test_typed_text_is_kept_when_the_dossier_changed_but_can_still_be_decided(
    desk: Client, dossier_id: UUID, runtime: Runtime, agent: InventedAgent, person_id: UUID
) -> None:
    page = await desk.get(dossier_path(dossier_id, "renvoyer"))
    await by_a_colleague(runtime, agent, dossier_id, Event.SEND_BACK)
    await step(runtime, dossier_id, Event.SUBMIT, Author.titulaire(person_id), dossiers.AGREED)
    answer = await desk.submit(
        page, {"reason": REASON}, action=dossier_path(dossier_id, "renvoyer")
    )
    assert answer.status == 409
    assert "par la personne" in answer.text
    kept = answer.values(dossier_path(dossier_id, "renvoyer"))
    assert kept["reason"].strip().split() == REASON.split()
    assert "Le dossier maintenant" in answer.text
    answer = await desk.submit(answer, action=dossier_path(dossier_id, "renvoyer"))
    assert answer.url == queue_after(dossier_id)
    assert (await find(runtime, dossier_id)).status is Status.DRAFT


@pytest.mark.parametrize(
    ("meanwhile", "way_out"),
    [(Event.VALIDATE, True), (Event.SEND_BACK, False), (Event.CANCEL, True)],
)
async def test_typed_text_is_shown_when_the_dossier_can_no_longer_be_decided(
    desk: Client,
    dossier_id: UUID,
    runtime: Runtime,
    agent: InventedAgent,
    meanwhile: Event,
    way_out: bool,
) -> None:
    page = await desk.get(dossier_path(dossier_id, "refuser"))
    await by_a_colleague(runtime, agent, dossier_id, meanwhile)
    answer = await desk.submit(page, {"reason": REASON}, action=dossier_path(dossier_id, "refuser"))
    assert answer.status == 409
    assert "Ce que vous aviez écrit" in answer.text
    assert "travaux pratiques" in answer.text
    assert (f'href="{dossier_path(dossier_id)}"' in answer.html) is way_out
    assert ("Le dossier maintenant" in answer.text) is way_out
    assert await value(runtime, "SELECT count(*) FROM dossier_step WHERE kind = 'refuse'") == 0


async def test_hours_that_were_used_meanwhile_are_not_promised_twice(
    desk: Client, submit: Submit, dossier_id: UUID, runtime: Runtime
) -> None:
    other = await submit()
    page = await desk.get(dossier_path(dossier_id, "valider"))
    await decide(desk, other, "valider")
    await desk.submit(page, action=dossier_path(dossier_id, "valider"))
    assert (await find(runtime, dossier_id)).status is Status.VALIDATED
    assert await column(runtime, MOVED) == ["reserved -15 15", "reserved -20 20"]
    assert "40 h à financer autrement" in (await desk.get(dossier_path(dossier_id))).text


async def test_a_reason_typed_when_the_session_ended_is_offered_after_the_login(
    desk: Client, dossier_id: UUID, runtime: Runtime, agent: InventedAgent
) -> None:
    from tests.support.desks.agents import code_of

    path = dossier_path(dossier_id, "refuser")
    page = await desk.get(path)
    await run(runtime, "UPDATE session SET last_seen_at = now() - interval '1 hour'")
    page = await desk.submit(page, {"reason": REASON}, action=path)
    assert "conservé une heure" in page.text
    page = await desk.submit(page, {"email": agent.email, "password": agent.password})
    page = await desk.submit(page, {"password_code": await code_of(desk, agent)})
    assert page.url == "/professionnels/reprise"
    page = await desk.submit(page, action=path)
    assert ") est refusé." in page.text
