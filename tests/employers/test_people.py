"""« Salariés »: the people listed, and those who are not."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support.db.rows import corrupt, run
from tests.support.desks.agents import OTHER_SIRET
from tests.support.desks.desk import Desk
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import person_of
from web.core.runtime import Runtime
from web.employers.service import MOST_LISTED
from web.people.identity import ACCOUNT_IDENTITY, Identity

URL = "/employeur"


async def test_before_any_delegation_the_page_says_how_one_is_given(desk: Desk) -> None:
    page = await desk.browser.get(URL)
    assert "Aucune délégation ne vous est accordée en ce moment." in page.text
    assert "999 999 808 00010" in page.text


async def test_people_with_a_delegation_are_listed_with_its_scope(desk: Desk) -> None:
    delegation_id = await desk.granted("consulter", ends=0)
    page = await desk.browser.get(URL)
    assert "1 personne" in page.text
    assert "Zoé d’Orange-Née consulter jusqu’au" in page.text
    assert f'href="/employeur/personnes/{delegation_id}"' in page.html
    # Listing names does not count as a use of a délégation.
    assert await desk.uses() == []


@pytest.mark.parametrize(
    "state", ["to come", "ended", "revoked", "another employer's", "account closed"]
)
async def test_only_delegations_that_run_are_listed_and_lead_somewhere(
    desk: Desk, runtime: Runtime, state: str
) -> None:
    if state == "to come":
        delegation_id = await desk.granted(starts=1)
    elif state == "ended":
        delegation_id = await desk.granted(starts=-9, ends=-1)
    elif state == "another employer's":
        delegation_id = await desk.granted(siret=OTHER_SIRET)
    else:
        delegation_id = await desk.granted()
        if state == "revoked":
            await desk.revoked(delegation_id)
        else:
            await run(runtime, "DELETE FROM account")
    page = await desk.browser.get(URL)
    assert "Aucune délégation ne vous est accordée" in page.text
    assert "Zoé" not in page.text
    gone = await desk.person(delegation_id)
    assert gone.status == 404
    assert "Cette page ne vous est plus accessible" in gone.text
    assert await desk.uses() == []


async def test_people_are_sorted_by_family_name_without_accents(
    desk: Desk, runtime: Runtime
) -> None:
    for first, last in (("Amélie", "Zola"), ("Jean", "Éluard"), ("Anaïs", "Eluard")):
        other = Person(first_name=first, birth_name=last)
        account_id = await open_account(runtime, other)
        await Desk(
            desk.browser, runtime, desk.agent, await person_of(runtime, account_id)
        ).granted()
    await desk.granted()
    text = (await desk.browser.get(URL)).text
    names = ["Zoé d’Orange-Née", "Anaïs Eluard", "Jean Éluard", "Amélie Zola"]
    assert sorted(names, key=text.index) == names


async def test_a_name_that_cannot_be_read_comes_last_and_leads_nowhere(
    desk: Desk, runtime: Runtime, account_id: UUID
) -> None:
    other_id = await open_account(runtime, Person(first_name="Amélie", birth_name="Zola"))
    other = Desk(desk.browser, runtime, desk.agent, await person_of(runtime, other_id))
    readable, lost = await other.granted(), await desk.granted()
    await corrupt(runtime, "account.identity", "id = $1", account_id)
    page = await desk.browser.get(URL)
    assert page.status == 200
    assert "2 personnes" in page.text
    assert page.text.index("Amélie Zola") < page.text.index("Identité illisible : écrivez-nous")
    assert f"/employeur/personnes/{readable}" in page.html
    assert str(lost) not in page.html


async def test_a_long_list_is_paged_and_a_longer_one_is_cut_saying_so(
    desk: Desk, runtime: Runtime
) -> None:
    await _crowd(runtime, desk.agent.siret, MOST_LISTED + 1)
    first = await desk.browser.get(URL)
    assert "Seules les 1000 dernières délégations accordées sont listées." in first.text
    assert "page 1 sur 20" in first.text
    last = await desk.browser.get(f"{URL}?page=20")
    assert "Personne 0999" in last.text
    assert "Personne 0949" not in last.text
    assert "page 20 sur 20" in last.title
    for odd, number in (("0", 1), ("-1", 1), ("x", 1), ("99999", 20), ("²", 1), ("9" * 99, 1)):
        assert f"page {number} sur 20" in (await desk.browser.get(f"{URL}?page={odd}")).text


async def _crowd(runtime: Runtime, siret: str, number: int) -> None:
    """People with an account and a délégation, added without logging in."""
    async with runtime.db.transaction() as connection:
        ids: list[UUID] = [
            row["id"]
            for row in await connection.fetch(
                "SELECT uuidv7() AS id FROM generate_series(1, $1)", number
            )
        ]
        boxes = [
            ACCOUNT_IDENTITY.seal(
                runtime.vault,
                Identity("2850599990001", "madame", "Ada", f"Personne {rank:04}", "a@b.fr"),
                id=one,
            )
            for rank, one in enumerate(ids)
        ]
        await connection.execute(
            """
            WITH given AS (
                SELECT * FROM unnest($1::uuid[], $2::bytea[]) WITH ORDINALITY AS g (id, box, rank)
            ), people AS (
                INSERT INTO person (id, nir_digest)
                SELECT id, sha256(id::text::bytea) FROM given
            ), accounts AS (
                INSERT INTO account (id, person_id, email_digest, identity, terms_version,
                                     terms_accepted_at)
                SELECT id, id, sha256(id::text::bytea), box, '1', now() FROM given
            ), logins AS (
                INSERT INTO login (id, kind, password_hash) SELECT id, 'titulaire', 'x' FROM given
            )
            INSERT INTO delegation (id, person_id, siret, employer_name, scope, starts_on,
                                    granted_at)
            SELECT id, id, $3, 'Duval', 'consulter', current_date - 1,
                   now() - rank * interval '1 second'
            FROM given
            """,
            ids,
            boxes,
            siret,
        )
