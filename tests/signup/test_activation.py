"""The link of the mail: looked at freely, used once, for fifteen days."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette

from tests.support.client import Client
from tests.support.journey import activation_path, log_in, to_waiting
from tests.support.outbox import Outbox
from tests.support.people import Person
from web.core.runtime import Runtime

AGE = "UPDATE registration SET expires_at = now() + $1::interval"
AGE_TOKENS = "UPDATE bearer_token SET expires_at = now() + $1::interval"


@pytest.fixture
async def link(client: Client, outbox: Outbox) -> str:
    """The path of a link just mailed to the person below, who registered in `client`."""
    await to_waiting(client, PERSON)
    await outbox.deliver()
    return activation_path(outbox, PERSON)


PERSON = Person()


async def test_looking_a_hundred_times_changes_nothing(
    app: Starlette, runtime: Runtime, link: str
) -> None:
    """ASVS 3.5.3."""
    async with Client(app) as scanner:
        for _ in range(100):
            page = await scanner.get(link)
            assert page.status == 200
    assert await _count(runtime, "account") == 0
    row = await runtime.db.fetch_row("SELECT used_at FROM bearer_token")
    assert row is not None
    assert row["used_at"] is None


async def test_the_browser_that_registered_goes_on_by_itself_and_another_is_asked(
    app: Starlette, client: Client, link: str
) -> None:
    assert "data-auto-submit" in (await client.get(link)).html
    async with Client(app) as other:
        page = await other.get(link)
        assert "data-auto-submit" not in page.html
        page = await other.submit(page)
    assert page.url == "/connexion"
    assert "Votre compte a bien été activé." in page.text


async def test_a_used_link_says_so(client: Client, link: str) -> None:
    await client.submit(await client.get(link))
    page = await client.get(link)
    assert page.status == 410
    assert "Ce lien a déjà été utilisé" in page.text


async def test_a_second_before_its_end_the_link_works(
    client: Client, runtime: Runtime, link: str
) -> None:
    await _end_in(runtime, "1 second")
    page = await client.submit(await client.get(link))
    assert page.url == "/connexion"
    assert (await log_in(client, PERSON)).url == "/espace"


async def test_a_second_after_its_end_the_link_says_so(
    client: Client, runtime: Runtime, link: str
) -> None:
    page = await client.get(link)
    await _end_in(runtime, "-1 second")
    page = await client.submit(page)
    assert page.status == 410
    assert "n’est plus valable" in page.text
    assert await _count(runtime, "account") == 0
    assert (await client.get(link)).status == 410


@pytest.mark.parametrize("token", ["x", "a" * 43, "é", "%00", "a" * 5000])
async def test_an_unknown_link_says_so(client: Client, token: str) -> None:
    page = await client.get(f"/activation/{token}")
    assert page.status == 404


async def test_simultaneous_presses_open_one_account(
    app: Starlette, runtime: Runtime, link: str
) -> None:
    """ASVS 15.4.2."""

    async def press() -> tuple[int, str]:
        async with Client(app) as one:
            page = await one.submit(await one.get(link), follow=False)
            return page.status, page.text if page.status != 303 else page.location

    results = await asyncio.gather(*(press() for _ in range(10)))
    assert await _count(runtime, "account") == 1
    assert sorted(status for status, _ in results) == [303] + [410] * 9
    assert all("déjà été utilisé" in text for status, text in results if status == 410)


async def test_the_same_press_sent_twice_gets_the_same_answer(client: Client, link: str) -> None:
    page = await client.get(link)
    values = page.values()
    first = await client.post(link, values, follow=False)
    again = await client.post(link, values, follow=False)
    assert (first.status, first.location) == (again.status, again.location) == (303, "/connexion")


async def test_of_two_registrations_of_one_nir_the_first_activated_wins(
    app: Starlette, runtime: Runtime, outbox: Outbox
) -> None:
    first, second = Person(email="un@exemple.fr"), None
    second = Person(nir=first.nir, email="deux@exemple.fr")
    for person in (first, second):
        async with Client(app) as client:
            await to_waiting(client, person)
    await outbox.deliver()
    async with Client(app) as client:
        assert (await client.submit(await client.get(activation_path(outbox, second)))).url == (
            "/connexion"
        )
        page = await client.submit(await client.get(activation_path(outbox, first)))
    assert page.status == 409
    assert await _count(runtime, "account") == 1


async def test_a_corrected_address_voids_the_link_sent_to_the_wrong_one(
    client: Client, outbox: Outbox, link: str
) -> None:
    page = await client.get("/inscription/courriel/adresse")
    new = {"email": "juste@exemple.fr", "email_confirmation": "juste@exemple.fr"}
    page = await client.submit(page, new)
    assert "L’adresse est corrigée" in page.text
    assert (await client.get(link)).status == 404
    await outbox.deliver()
    assert len(outbox.to("juste@exemple.fr")) == 1


async def test_the_purge_forgets_what_was_typed_and_still_explains_the_link(
    client: Client, runtime: Runtime, outbox: Outbox, link: str
) -> None:
    await _end_in(runtime, "-1 hour")
    await outbox.worker().purge()
    row = await runtime.db.fetch_row("SELECT identity, password_hash, nir_digest FROM registration")
    assert row is not None
    assert set(dict(row).values()) == {None}
    assert (await client.get(link)).status == 410


async def _end_in(runtime: Runtime, interval: str) -> None:
    async with runtime.db.connection() as connection:
        for sql in (AGE, AGE_TOKENS):
            await connection.execute(sql.replace("$1", f"'{interval}'"))


async def _count(runtime: Runtime, table: str) -> int:
    row = await runtime.db.fetch_row(f"SELECT count(*) AS many FROM {table}")
    assert row is not None
    return int(row["many"])
