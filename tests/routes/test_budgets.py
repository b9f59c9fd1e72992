"""Counted budgets: statements per page, bytes of a first view."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import pytest
from starlette.applications import Starlette

from tests.support.desks.agents import InventedAgent, add, log_in_agent, organisme_agent
from tests.support.desks.desk import Desk
from tests.support.http.client import Client, Page
from tests.support.logins.devices import make_known
from tests.support.logins.kinds import AGENT, TITULAIRE, Kind
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.journey import (
    log_in,
    register,
    to_identity,
    to_password,
    to_validation,
    to_waiting,
)
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import (
    add_organisme,
    complete,
    draft,
    give_hours,
    person_of,
    submitted,
)
from web.core.runtime import Runtime
from web.demo.samples import fill_catalogue

TRANSACTION = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SELECT 1$)\b")
# The pictures of the help are loaded later, when opened.
STATIC = re.compile(r"/static/[0-9a-f]+/[a-z.]+(?=\")")
FIRST_VIEW_BYTES, SCRIPT_BYTES, FRAGMENT_BYTES, PICTURE_BYTES = 14_600, 16_000, 600, 6_000
SOUND_BYTES = 150_000
PUBLIC = (
    "/",
    "/connexion",
    "/conditions-generales",
    "/aide",
    "/glossaire",
    "/contact",
    "/accessibilite",
    "/donnees-personnelles",
    "/mot-de-passe-oublie",
    "/professionnels",
    "/professionnels/mot-de-passe-oublie",
    "/titulaire/ma-liste-de-formations",
)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements sent by the driver, recorded by a spy that replaces nothing."""
    sent: list[str] = []
    real = asyncpg.Connection._execute
    simple = asyncpg.Connection.execute

    async def noted(self: Any, query: str, *arguments: Any, **named: Any) -> Any:
        sent.append(query)
        return await real(self, query, *arguments, **named)

    async def noted_simple(self: Any, query: str, *arguments: Any, **named: Any) -> Any:
        if not arguments:
            sent.append(query)
        return await simple(self, query, *arguments, **named)

    monkeypatch.setattr(asyncpg.Connection, "_execute", noted)
    monkeypatch.setattr(asyncpg.Connection, "execute", noted_simple)
    return sent


@pytest.mark.parametrize("path", PUBLIC)
async def test_a_public_page_asks_the_database_nothing(
    client: Client, statements: list[str], path: str
) -> None:
    await client.get(path)
    assert statements == []


async def test_a_search_asks_one_statement_and_its_limit_and_nothing_for_too_little(
    client: Client, database_url: str, statements: list[str]
) -> None:
    await asyncio.to_thread(fill_catalogue, database_url)
    await client.get("/titulaire/ma-liste-de-formations?q=soudeur")
    for path, most in (
        ("?q=", 0),
        ("?q=m", 0),
        ("/abc", 0),
        # Setting its time limit, then the search.
        ("?q=agent", 2),
        ("?q=patisier+zygomatique", 2),
        ("?q=999999", 2),
        ("/999999", 1),
    ):
        with _counting(statements, path, most):
            await client.get(f"/titulaire/ma-liste-de-formations{path}")


async def test_a_step_of_the_registration_is_shown_with_one_statement(
    app: Starlette, outbox: Outbox, statements: list[str]
) -> None:
    steps: tuple[tuple[Callable[[Client, Person], Awaitable[Page]], str], ...] = (
        (lambda client, _: to_identity(client), "/inscription/conditions"),
        (lambda client, _: to_identity(client), "/inscription/identite"),
        (to_password, "/inscription/mot-de-passe"),
        (to_validation, "/inscription/validation"),
        (to_waiting, "/inscription/courriel"),
    )
    for reach, path in steps:
        async with Client(app) as client:
            await reach(client, Person())
            with _counting(statements, path, 1):
                await client.get(path)


@pytest.mark.parametrize(
    "path", ["/espace", "/espace/heures", "/espace/informations", "/espace/delegations"]
)
async def test_a_page_of_the_space_is_shown_with_two(
    client: Client, outbox: Outbox, statements: list[str], path: str
) -> None:
    person = Person()
    await register(client, person, outbox)
    await log_in(client, person)
    with _counting(statements, path, 2):
        await client.get(path)


async def test_a_page_of_a_dossier_is_shown_with_two(
    client: Client, runtime: Runtime, outbox: Outbox, statements: list[str]
) -> None:
    person = Person()
    account_id = await open_account(runtime, person)
    person_id = await person_of(runtime, account_id)
    await give_hours(runtime, person_id, dif=15, cpf=20)
    contents = complete(await add_organisme(runtime), code_cpf="2368")
    dossier_id = await draft(runtime, person_id, contents)
    await log_in(client, person)
    own = f"/espace/dossiers/{dossier_id}"
    for path in (
        "/espace",
        "/espace/dossiers",
        "/espace/dossiers/nouveau",
        "/espace/dossiers/nouveau?code=2368",
        "/espace/dossiers/simulation?duration=35",
        own,
        *(f"{own}/{action}" for action in ("modifier", "soumettre", "annuler", "supprimer")),
    ):
        with _counting(statements, path, 2):
            page = await client.get(path)
        assert page.url == path
        await _assert_fits_in_one_window(client, page)


async def test_a_page_of_an_employer_s_desk_is_shown_with_two(
    client: Client, runtime: Runtime, statements: list[str]
) -> None:
    person_id = await person_of(runtime, await open_account(runtime, Person()))
    await give_hours(runtime, person_id, dif=15, cpf=20)
    dossier_id = await draft(runtime, person_id, complete(await add_organisme(runtime)))
    desk = Desk(client, runtime, await add(runtime, InventedAgent()), person_id)
    await log_in_agent(client, desk.agent)
    own = f"/employeur/personnes/{await desk.granted()}"
    dossier = f"{own}/dossiers/{dossier_id}"
    for path in (
        "/employeur",
        own,
        f"{own}/dossiers/nouveau",
        dossier,
        f"{dossier}/modifier",
        f"{dossier}/supprimer",
    ):
        with _counting(statements, path, 2):
            page = await client.get(path)
        assert page.url == path


async def test_a_page_of_the_professional_spaces_is_shown_with_two(
    client: Client, runtime: Runtime, statements: list[str]
) -> None:
    agent = await add(runtime, organisme_agent())
    assert agent.organisation_id
    person_id = await person_of(runtime, await open_account(runtime, Person()))
    await give_hours(runtime, person_id, dif=15)
    dossier_id = await submitted(runtime, person_id, complete(agent.organisation_id))
    await log_in_agent(client, agent)
    for path in (
        "/organisme",
        f"/organisme/dossiers/{dossier_id}",
        f"/organisme/dossiers/{dossier_id}/valider",
        "/professionnels/compte",
        "/professionnels/compte/connexions",
        "/professionnels/second-facteur",
    ):
        with _counting(statements, path, 2):
            page = await client.get(path)
        await _assert_fits_in_one_window(client, page)


@pytest.mark.parametrize("kind", [TITULAIRE, AGENT], ids=lambda kind: str(kind.name))
async def test_a_login_asks_one_to_be_tried_and_two_more_to_succeed(
    client: Client, runtime: Runtime, statements: list[str], kind: Kind
) -> None:
    account = await kind.open(runtime)
    # Known, so that no mail is written.
    await make_known(client, account)
    page = await client.get(kind.login)
    wrong = {**account.credentials, "password": "Faux-mot-000-passe"}
    # A titulaire's history notes the refusal.
    with _counting(statements, "refused", 2 if kind is TITULAIRE else 1):
        answer = await client.submit(page, wrong, follow=False)
    assert answer.status == 422
    with _counting(statements, "accepted", 3):
        answer = await client.submit(page, account.credentials, follow=False)
    assert answer.location == kind.home


@pytest.mark.parametrize(("htmx", "most"), [(True, 4), (False, 3)])
async def test_the_dif_is_saved_with_three_and_shown_with_a_fourth(
    client: Client, outbox: Outbox, statements: list[str], htmx: bool, most: int
) -> None:
    person = Person()
    await register(client, person, outbox)
    await log_in(client, person)
    page = await client.get("/espace/heures")
    with _counting(statements, "DIF", most):
        await client.submit(page, {"dif": "80"}, action="/espace/heures", htmx=htmx, follow=False)


async def test_a_first_view_fits_in_one_window(
    client: Client, outbox: Outbox, database_url: str
) -> None:
    person = Person()
    await asyncio.to_thread(fill_catalogue, database_url)
    pages = [await client.get(path) for path in PUBLIC]
    identity = await to_identity(client)
    pages += [identity, await client.submit(identity, {"nir": "1"})]
    pages += [await client.get("/titulaire/ma-liste-de-formations?q=niveau")]
    async with Client(client.app, address="203.0.113.8") as other:
        await register(other, person, outbox)
        pages += [await log_in(other, person)]
        pages += [await other.get(path) for path in ("/espace/heures", "/espace/informations")]
    for page in pages:
        await _assert_fits_in_one_window(client, page)


async def test_scripts_pictures_and_sounds_are_small(client: Client) -> None:
    page = await to_identity(client)
    script = next(a for a in STATIC.findall(page.html) if a.endswith(".js"))
    assert await _transferred(client, script) <= SCRIPT_BYTES
    token = page.values()["challenge"]
    picture = await client.http.get(f"/captcha/{token}.png")
    sound = await client.http.get(f"/captcha/{token}.wav")
    assert picture.headers["content-type"] == "image/png"
    assert len(picture.content) <= PICTURE_BYTES
    assert len(sound.content) <= SOUND_BYTES


async def test_the_strength_fragment_is_a_few_hundred_bytes(client: Client) -> None:
    page = await to_password(client, Person())
    values = {"csrf": page.values()["csrf"], "password": "Chevaux-482"}
    path = "/inscription/mot-de-passe/robustesse"
    fragment = await client.post(path, values, htmx=True)
    assert len(gzip.compress(fragment.html.encode(), 6)) <= FRAGMENT_BYTES


@contextmanager
def _counting(statements: list[str], what: str, most: int) -> Iterator[None]:
    statements.clear()
    yield
    asked = [sql for sql in statements if not TRANSACTION.match(sql)]
    around = [sql for sql in statements if TRANSACTION.match(sql)]
    assert len(asked) <= most, f"{what}: {asked}"
    assert len(around) <= 2, f"{what}: {around}"


async def _assert_fits_in_one_window(client: Client, page: Page) -> None:
    addresses = set(STATIC.findall(page.html))
    style = next(address for address in addresses if address.endswith(".css"))
    size = len(gzip.compress(page.html.encode(), 6)) + await _transferred(client, style)
    assert size <= FIRST_VIEW_BYTES, f"{page.url}: {size}"
    assert len(addresses) == 2, page.url


async def _transferred(client: Client, address: str) -> int:
    """The bytes of a static file as transferred to a browser."""
    async with client.http.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as response:
        return sum([len(chunk) async for chunk in response.aiter_raw()])
