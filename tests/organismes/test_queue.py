"""The queue: the dossiers addressed to the agent's organisme, in order of decision."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from tests.support.db.rows import run, value
from tests.support.desks.agents import InventedAgent
from tests.support.http.client import Client, Page
from tests.support.text.spaces import plain
from tests.support.titulaires.people import Person
from tests.support.training import dossiers
from tests.support.training.dossiers import Submit, find, step
from web.core.http.paging import PAGE_SIZE
from web.core.runtime import Runtime
from web.domain.dossier import Event, Facts
from web.dossiers.access import Author

QUEUE = "/organisme"
NUMBER = re.compile(r"D\d\d-\d{3}-\d{3}-\d{3}")


def numbers(page: Page) -> list[str]:
    """The listed numbers, in order."""
    return NUMBER.findall(page.text)


async def decide(runtime: Runtime, dossier_id: UUID, event: Event, agent: InventedAgent) -> None:
    """A colleague's decision."""
    assert agent.organisation_id
    author = Author.organisme(agent.organisation_id, agent.organisation)
    await step(runtime, dossier_id, event, author, Facts(reason="À revoir."))


async def test_an_empty_queue_says_what_will_come(desk: Client) -> None:
    page = await desk.get(QUEUE)
    assert page.title == "Dossiers de formation – Espace organisme – Compte Formation"
    assert "Aucun dossier" in page.text
    assert "dès qu’une personne l’aura soumis" in page.text


async def test_waiting_dossiers_come_first_oldest_first(
    desk: Client, submit: Submit, runtime: Runtime, agent: InventedAgent
) -> None:
    ids = [await submit(title=f"Formation {rank}") for rank in range(5)]
    for rank, dossier_id in enumerate(ids):
        await run(
            runtime,
            "UPDATE dossier SET submitted_at = now() - make_interval(days => $2) WHERE id = $1",
            dossier_id,
            rank,
        )
    await decide(runtime, ids[4], Event.VALIDATE, agent)
    await decide(runtime, ids[3], Event.REFUSE, agent)
    page = await desk.get(QUEUE)
    found = [(await find(runtime, ids[rank])).number for rank in (2, 1, 0, 4, 3)]
    assert numbers(page) == found
    assert "5 dossiers" in page.text
    assert "À traiter (3)" in page.text
    assert "Clos : refusé" in page.text


async def test_a_line_names_the_formation_then_the_person_and_nothing_else_of_them(
    desk: Client, dossier_id: UUID, person: Person, runtime: Runtime
) -> None:
    page = await desk.get(QUEUE)
    number = (await find(runtime, dossier_id)).number
    assert (
        f'<a class="go" href="{QUEUE}/dossiers/{dossier_id}">Anglais professionnel</a>' in page.html
    )
    assert f"Anglais professionnel n° {number} Philomène Serin Soumis" in page.text
    for kept in ("Philomène Serin", number):
        assert f'translate="no">{kept}<' in page.html
    for text in (person.email, person.nir, "06 12 34 56 78"):
        assert text not in plain(page.html)


async def test_a_line_names_nobody_once_the_account_is_closed(
    desk: Client, dossier_id: UUID, person: Person, runtime: Runtime
) -> None:
    await run(runtime, "DELETE FROM account")
    page = await desk.get(QUEUE)
    assert "compte fermé" in page.text
    assert person.birth_name not in page.html


@pytest.mark.parametrize(
    ("status", "event"),
    [("soumis", None), ("valide", Event.VALIDATE), ("clos", Event.REFUSE)],
)
async def test_a_status_is_chosen_with_and_without_htmx(
    desk: Client,
    submit: Submit,
    runtime: Runtime,
    agent: InventedAgent,
    status: str,
    event: Event | None,
) -> None:
    chosen, others = await submit(), [await submit(), await submit()]
    if event is not None:
        await decide(runtime, chosen, event, agent)
    else:
        await decide(runtime, others[0], Event.VALIDATE, agent)
        await decide(runtime, others[1], Event.REFUSE, agent)
    for htmx in (False, True):
        page = await desk.get(f"{QUEUE}?statut={status}", htmx=htmx)
        assert numbers(page) == [(await find(runtime, chosen)).number]
        assert ("<html" in page.html) is not htmx
        assert "1 dossier" in page.text


async def test_a_draft_is_never_there_sent_back_or_not(
    desk: Client, submit: Submit, runtime: Runtime, agent: InventedAgent, person_id: UUID
) -> None:
    assert agent.organisation_id
    contents = dossiers.complete(agent.organisation_id)
    draft = await dossiers.draft(runtime, person_id, contents)
    sent_back, cancelled = await submit(), await dossiers.draft(runtime, person_id, contents)
    await decide(runtime, sent_back, Event.SEND_BACK, agent)
    await step(runtime, cancelled, Event.CANCEL, Author.titulaire(person_id))
    assert numbers(await desk.get(QUEUE)) == []
    for dossier_id in (draft, sent_back, cancelled):
        number = (await find(runtime, dossier_id)).number
        assert numbers(await desk.get(f"{QUEUE}?numero={number}"))[1:] == []
        assert "Aucun dossier" in (await desk.get(f"{QUEUE}?numero={number}")).text
        assert (await desk.get(f"{QUEUE}/dossiers/{dossier_id}")).status == 404


async def test_a_number_is_found_however_it_is_typed(
    desk: Client, submit: Submit, runtime: Runtime
) -> None:
    wanted, other = await submit(), await submit()
    await run(runtime, "UPDATE dossier SET number = 'D26-104-583-207' WHERE id = $1", wanted)
    await run(runtime, "UPDATE dossier SET number = 'D26-999-999-999' WHERE id = $1", other)
    for typed in (
        "D26-104-583-207",
        "d26 104 583 207",
        "D26104583207",
        "104-583",
        " 583 207 ",
        "d26‑104",
        "26.104.583",
    ):
        page = await desk.get(f"{QUEUE}?numero={typed}")
        assert numbers(page) == ["D26-104-583-207"], typed
    for typed in ("%", "_", "D27", "0" * 500, "'; DROP TABLE dossier"):
        page = await desk.get(QUEUE, htmx=False)
        page = Page(await desk.http.get(QUEUE, params={"numero": typed}))
        assert page.status == 200
        if typed in ("%", "_"):
            assert len(numbers(page)) == 2, "nothing of a number is typed"
        else:
            assert "Aucun dossier ne correspond" in page.text


@pytest.mark.parametrize("query", ["statut=x", "page=0", "page=-1", "page=999999", "page=é", "x=1"])
async def test_any_query_string_shows_a_page(desk: Client, dossier_id: UUID, query: str) -> None:
    page = await desk.get(f"{QUEUE}?{query}")
    assert page.status == 200
    assert len(numbers(page)) == 1


async def test_a_long_queue_is_paged_with_and_without_htmx(
    desk: Client, dossier_id: UUID, runtime: Runtime
) -> None:
    await run(
        runtime,
        """
        INSERT INTO dossier (id, person_id, number, status, title, duration, organisme_id,
                             consent_at, submitted_at)
        SELECT gen_random_uuid(), person_id, 'D26-000-000-' || lpad(n::text, 3, '0'), 'soumis',
               title, duration, organisme_id, now(), now()
        FROM dossier, generate_series(1, $2) AS n WHERE id = $1
        """,
        dossier_id,
        2 * PAGE_SIZE,
    )
    seen: list[str] = []
    for number in (1, 2, 3):
        page = await desk.get(f"{QUEUE}?page={number}")
        assert f"page {number} sur 3" in page.text
        seen += numbers(page)
        part = await desk.get(f"{QUEUE}?page={number}", htmx=True)
        assert numbers(part) == numbers(page)
    assert len(seen) == len(set(seen)) == 2 * PAGE_SIZE + 1
    assert (
        f'href="{QUEUE}?statut=soumis&amp;page=2"'
        in (await desk.get(f"{QUEUE}?statut=soumis")).html
    )


async def test_another_organisme_has_a_queue_of_its_own(
    desk: Client, other_organisme: Client, dossier_id: UUID, runtime: Runtime
) -> None:
    number = (await find(runtime, dossier_id)).number
    for path in (QUEUE, f"{QUEUE}?numero={number}", f"{QUEUE}?statut=soumis"):
        assert number in numbers(await desk.get(path))
        assert "Aucun dossier" in (await other_organisme.get(path)).text
    assert await value(runtime, "SELECT count(*) FROM event WHERE actor = 'organisme'") == 0
