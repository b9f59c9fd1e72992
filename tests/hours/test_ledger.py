"""« Mon compte d’heures »: the movements, by kind and by year."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.pages.tree import text_of
from tests.support.text.spaces import plain
from tests.support.titulaires.journey import register_and_log_in
from tests.support.titulaires.people import Person
from tests.support.training.feeding import EMPLOYERS, feed
from web.auth.login.redirect import SESSION_ENDED
from web.core.runtime import Runtime
from web.domain.hours.rules import next_feed
from web.filters import french_month

EMPTY = "Aucun mouvement n’a été porté à la connaissance du compte d’heures CPF."
NOTHING = "Aucun mouvement ne correspond à ce choix."


@pytest.fixture
async def person(client: Client, outbox: Outbox) -> Person:
    """A logged-in titulaire."""
    someone = Person()
    await register_and_log_in(client, someone, outbox)
    return someone


def rows(page: Page) -> list[list[str]]:
    """The cells of the ledger."""
    assert page.dom is not None
    tables = [t for t in page.dom.iter("table") if "Mouvements" in "".join(t.itertext())]
    return [
        [text_of(cell) for cell in row]
        for table in tables
        for row in table.iter("tr")
        if next(row.iter("td"), None) is not None
    ]


async def add(runtime: Runtime, kind: str, hours: int, reserved: int, reference: str) -> None:
    """Insert a movement of the only person."""
    async with runtime.db.transaction() as connection:
        await connection.execute(
            """
            INSERT INTO movement (person_id, balance, kind, hours, reserved, reference)
            SELECT id, 'cpf', $1, $2, $3, $4 FROM person
            """,
            kind,
            hours,
            reserved,
            reference,
        )


async def some_years(runtime: Runtime, person: Person) -> None:
    """24 hours for 2015, 12 for 2016, then 2015 corrected to 12."""
    await feed(runtime, [(person.nir, 2015, EMPLOYERS[0], 1607, "")])
    await feed(runtime, [(person.nir, 2016, EMPLOYERS[0], 803.5, "")])
    await feed(runtime, [(person.nir, 2015, EMPLOYERS[0], 803.5, "")])


async def test_without_a_movement_the_page_says_so(client: Client, person: Person) -> None:
    page = await client.get("/espace/heures")
    assert f"Heures du compte personnel de formation (CPF) {EMPTY}" in page.text
    assert rows(page) == []
    assert "Filtrer" not in page.text
    assert "mouvement</" not in page.html


async def test_a_dif_balance_is_no_cpf_movement(client: Client, person: Person) -> None:
    page = await client.submit(await client.get("/espace/heures"), {"dif": "80"})
    assert f"Heures du compte personnel de formation (CPF) {EMPTY}" in page.text
    assert [row[1:] for row in rows(page)] == [
        ["Déclaration du solde DIF", "Votre déclaration", "+ 80 h", "80 h DIF"]
    ]


async def test_hours_fed_before_registering_are_there_on_the_day(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    someone = Person()
    await some_years(runtime, someone)
    page = await register_and_log_in(client, someone, outbox)
    assert "24 h" in page.text
    month = french_month(next_feed(runtime.clock.today(), 2016).starts_on)
    assert plain(month) in page.text
    page = await client.get("/espace/heures")
    assert EMPTY not in page.text
    assert [row[1:] for row in rows(page)] == [
        ["Correction de l’alimentation annuelle CPF", "Activité de 2015", "− 12 h", "24 h CPF"],
        ["Alimentation annuelle CPF", "Activité de 2016", "+ 12 h", "36 h CPF"],
        ["Alimentation annuelle CPF", "Activité de 2015", "+ 24 h", "24 h CPF"],
    ]


async def test_the_uses_of_hours_are_told_plainly(
    client: Client, person: Person, runtime: Runtime
) -> None:
    await some_years(runtime, person)
    await add(runtime, "reserved", -20, 20, "D-1")
    await add(runtime, "debited", 0, -15, "D-1")
    await add(runtime, "released", 5, -5, "D-1")
    assert [row[1:] for row in rows(await client.get("/espace/heures"))][:3] == [
        ["Heures rendues", "D-1", "+ 5 h", "9 h CPF"],
        ["Heures débitées : 15 h réservées auparavant", "D-1", "0 h", "4 h CPF"],
        ["Heures réservées pour un dossier", "D-1", "− 20 h", "4 h CPF"],
    ]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("mouvement=cpf_yearly_credit", [2, 1]),
        ("annee=2015", [3, 1]),
        ("mouvement=correction&annee=2015", [3]),
        ("mouvement=&annee=", [3, 2, 1]),
        ("mouvement=correction&annee=2016", []),
        ("mouvement=dif_declared", [3, 2, 1]),
        ("mouvement=%27--&annee=99999999999999999999", [3, 2, 1]),
        ("annee=1999&autre=1", [3, 2, 1]),
    ],
)
async def test_movements_are_filtered_by_kind_and_year(
    client: Client, person: Person, runtime: Runtime, query: str, shown: list[int]
) -> None:
    await some_years(runtime, person)
    every = rows(await client.get("/espace/heures"))
    assert len(every) == 3
    page = await client.get(f"/espace/heures?{query}")
    assert rows(page) == [every[3 - number] for number in shown]
    assert (NOTHING in page.text) == (not shown)
    assert EMPTY not in page.text


async def test_the_filter_in_place_gets_what_the_whole_page_holds(
    client: Client, person: Person, runtime: Runtime
) -> None:
    await some_years(runtime, person)
    address = "/espace/heures?mouvement=correction&annee=2015"
    part, whole = await client.get(address, htmx=True), await client.get(address)
    assert part.html.strip() in whole.html
    assert part.html.strip().startswith('<div id="mouvements-liste">')
    assert "1 mouvement sur 3" in part.text


async def test_a_balance_counts_the_movements_that_a_filter_hides(
    client: Client, person: Person, runtime: Runtime
) -> None:
    await some_years(runtime, person)
    assert rows(await client.get("/espace/heures?annee=2016"))[0][-1] == "36 h CPF"


@pytest.mark.parametrize("htmx", [True, False])
async def test_without_a_session_the_ledger_is_not_shown(
    app: Starlette, client: Client, person: Person, runtime: Runtime, htmx: bool
) -> None:
    await some_years(runtime, person)
    async with Client(app) as stranger:
        answer = await stranger.get("/espace/heures?annee=2015", htmx=htmx, follow=False)
    async with runtime.db.transaction() as connection:
        await connection.execute("UPDATE session SET last_seen_at = now() - interval '31 minutes'")
    expired = await client.get("/espace/heures?annee=2015", htmx=htmx, follow=False)
    for page in (answer, expired):
        if htmx:
            assert (page.status, page.response.text) == (403, SESSION_ENDED)
        else:
            assert page.location.startswith("/connexion?suite=")
            assert "CPF" not in page.response.text


async def test_another_account_sees_its_own_movements_only(
    app: Starlette, client: Client, person: Person, runtime: Runtime, outbox: Outbox
) -> None:
    await some_years(runtime, person)
    async with Client(app, address="203.0.113.8") as other:
        await register_and_log_in(other, Person(), outbox)
        page = await other.get("/espace/heures?annee=2015")
    assert f"Heures du compte personnel de formation (CPF) {EMPTY}" in page.text
    assert rows(page) == []
