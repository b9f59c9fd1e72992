"""« Historique de vos actions »: the recorded events, and their page."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import as_owner
from tests.support.db.statements import record_statements
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.pages.tree import text_of
from tests.support.titulaires.journey import log_in, register, register_and_log_in
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime
from web.people.history.events import Actor, EventKind, record_event
from web.people.history.queries import count_broken_histories

URL = "/espace/historique"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/138.0.0.0 Mobile Safari/537.36"
)


def lines(page: Page) -> list[list[str]]:
    """The rows of the table, without their dates."""
    assert page.dom is not None
    rows = [[text_of(cell) for cell in row.iter("td")] for row in page.dom.iter("tr")]
    return [row for row in rows if row]


async def fill(runtime: Runtime, number: int) -> None:
    """Add events to the only person."""
    async with runtime.db.transaction() as connection:
        person_id = await connection.fetchval("SELECT id FROM person")
        for n in range(number):
            await record_event(connection, person_id, EventKind.DIF_CORRECTED, detail=f"{n} h")


async def test_the_history_tells_who_did_what_from_what_device(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    client.http.headers["User-Agent"] = FIREFOX
    await register_and_log_in(client, person, outbox)
    await client.submit(await client.get("/espace/heures"), {"dif": "80"}, action="/espace/heures")
    await client.submit(await client.get("/espace/heures"), {"dif": "90"}, action="/espace/heures")
    await client.submit(await client.get("/espace/heures"), {"dif": "90"}, action="/espace/heures")
    page = await client.get("/espace")
    assert f'href="{URL}"' in page.html
    await client.submit(page, action="/deconnexion")
    await log_in(client, person)

    here = ["Vous", "Firefox sur Windows"]
    assert lines(await client.get(URL)) == [
        ["Connexion", *here],
        ["Déconnexion", *here],
        ["Solde DIF corrigé (90 h)", *here],
        ["Solde DIF déclaré (80 h)", *here],
        ["Connexion", *here],
        ["Compte activé", *here],
    ]
    async with runtime.db.connection() as connection:
        assert await count_broken_histories(connection) == 0
        kept = await connection.fetchval("SELECT string_agg(event::text, ' ') FROM event")
    for secret in ("Mozilla", "203.0.113", person.nir, person.email, person.birth_name):
        assert secret not in kept


async def test_refused_logins_are_told_at_the_next_login(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    await register(client, person, outbox)
    async with Client(app) as guesser:
        guesser.http.headers["User-Agent"] = CHROME
        wrong = Person(nir=person.nir, password="Faux-mot-000-passe")
        for _ in range(3):
            assert (await log_in(guesser, wrong)).status == 422
    client.http.headers["User-Agent"] = FIREFOX
    await log_in(client, person)
    assert lines(await client.get(URL))[:2] == [
        ["Connexion", "Vous", "Firefox sur Windows"],
        [
            "Connexion refusée : mot de passe incorrect (3 essais)",
            "Personne non identifiée",
            "Chrome sur Android",
        ],
    ]
    assert await runtime.db.fetchval("SELECT count(*) FROM refused_login") == 0


async def test_refused_logins_during_a_session_are_told_by_the_worker(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    await register_and_log_in(client, person, outbox)
    async with Client(app) as guesser:
        await log_in(guesser, Person(nir=person.nir, password="Faux-mot-000-passe"))
        await log_in(guesser, Person(password="Faux-mot-000-passe"))
        await log_in(guesser, Person(nir="n’importe quoi", password="Faux-mot-000-passe"))
    await outbox.clear()
    actions = [line[0] for line in lines(await client.get(URL))]
    assert actions.count("Connexion refusée : mot de passe incorrect") == 1
    async with runtime.db.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM refused_login") == 0
        assert await connection.fetchval("SELECT count(DISTINCT person_id) FROM event") == 1
        assert await count_broken_histories(connection) == 0


async def test_the_pages_follow_each_other(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    await register_and_log_in(client, Person(), outbox)
    await fill(runtime, 43)
    first = await client.get(URL)
    assert "45 actions, page 1 sur 3" in first.text
    assert 'href="/espace/historique?page=3"' in first.html
    seen = lines(first) + lines(await client.get(f"{URL}?page=2"))
    third = await client.get(f"{URL}?page=3")
    assert len(lines(third)) == 5
    seen += lines(third)
    expected = [f"Solde DIF corrigé ({n} h)" for n in range(42, -1, -1)]
    assert [line[0] for line in seen] == [*expected, "Connexion", "Compte activé"]
    assert lines(await client.get(f"{URL}?page=99")) == lines(third)


async def test_a_kind_and_a_year_are_filtered(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    await register_and_log_in(client, Person(), outbox)
    async with runtime.db.transaction() as connection:
        person_id = await connection.fetchval("SELECT id FROM person")
        # Already 2024 in Paris, not yet elsewhere.
        for moment in ("2023-12-31 22:59:59Z", "2023-12-31 23:00:00Z"):
            await connection.execute(
                "INSERT INTO event (person_id, kind, actor, detail, occurred_at) "
                f"VALUES ($1, 'dif_corrected', 'service', '1 h', '{moment}')",
                person_id,
            )
    assert len(lines(await client.get(f"{URL}?type=heures"))) == 2
    assert len(lines(await client.get(f"{URL}?annee=2023"))) == 1
    page = await client.get(f"{URL}?type=heures&annee=2024")
    assert lines(page) == [["Solde DIF corrigé (1 h)", "Le service", "–"]]
    assert '<option value="2024" selected>' in page.html
    assert '<option value="heures" selected>' in page.html
    page = await client.get(f"{URL}?type=connexions&annee=2024")
    assert "Aucune action ne correspond à ce choix." in page.text


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=x", "page=" + "9" * 40, "annee=x", "annee=0", "type=%00", "page=²"],
)
async def test_any_address_shows_something(client: Client, outbox: Outbox, query: str) -> None:
    await register_and_log_in(client, Person(), outbox)
    page = await client.get(f"{URL}?{query}")
    assert page.status == 200
    assert len(lines(page)) == 2


async def test_the_fragment_is_the_same_as_in_the_page(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    await register_and_log_in(client, Person(), outbox)
    await fill(runtime, 30)
    page = await client.get(f"{URL}?page=2")
    fragment = await client.get(f"{URL}?page=2", htmx=True)
    assert fragment.html.strip() in page.html
    assert fragment.html.strip().startswith(
        '<div id="historique" data-url="/espace/historique?page=2">'
    )


async def test_the_page_without_any_event_says_what_will_be_there(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    await register_and_log_in(client, Person(), outbox)
    async with as_owner(runtime) as connection:
        await connection.execute("ALTER TABLE event DISABLE TRIGGER USER")
        await connection.execute("DELETE FROM event")
        await connection.execute("ALTER TABLE event ENABLE TRIGGER USER")
    page = await client.get(URL)
    assert "Aucune action" in page.text
    assert "Ce que vous ferez dans votre espace s’inscrira ici." in page.text


async def test_another_persons_history_is_not_shown(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    await register_and_log_in(client, Person(), outbox)
    await fill(runtime, 3)
    async with Client(app) as stranger:
        await register_and_log_in(stranger, Person(), outbox)
        page = await stranger.get(URL)
        assert [line[0] for line in lines(page)] == ["Connexion", "Compte activé"]
        assert "2 actions" in page.text


async def test_employers_and_organismes_are_named(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    await register_and_log_in(client, Person(), outbox)
    async with runtime.db.transaction() as connection:
        person_id = await connection.fetchval("SELECT id FROM person")
        for actor in (Actor.EMPLOYER, Actor.ORGANISME):
            await record_event(
                connection,
                person_id,
                EventKind.DIF_CORRECTED,
                actor=actor,
                actor_name="Les Ateliers <du> Port",
            )
    assert [line[1] for line in lines(await client.get(URL))[:2]] == [
        "Organisme : Les Ateliers <du> Port",
        "Employeur : Les Ateliers <du> Port",
    ]


async def test_a_page_costs_two_statements_and_a_dif_save_four(
    app: Starlette,
    client: Client,
    outbox: Outbox,
    runtime: Runtime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await register_and_log_in(client, Person(), outbox)
    hours = await client.get("/espace/heures")
    counted = record_statements(monkeypatch)

    def cost() -> int:
        number = len([q for q, _ in counted if not q.startswith(("BEGIN", "COMMIT"))])
        counted.clear()
        return number

    for path in (URL, "/espace/connexions", "/espace/mot-de-passe"):
        counted.clear()
        assert (await client.get(path)).status == 200
        assert cost() <= 2, path
    await client.post(
        "/espace/heures", {**hours.values("/espace/heures"), "dif": "7"}, follow=False
    )
    assert cost() <= 4
