"""« Valider son inscription »: the recap, then one mail however often it is pressed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import column, run, value
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import to_identity, to_password, to_validation, to_waiting
from tests.support.titulaires.people import Person
from web.core.mail.kinds import AWAITED_PER_HOUR
from web.core.runtime import Runtime
from web.signup.steps.service import LINKS_PER_HOUR, SUBMISSIONS_PER_NIR

WAITING = "/inscription/courriel"
# One mailbox.
SPELLINGS = (
    "Jean@exemple.fr",
    "jeaN@exemple.fr",
    "jean+cpf@exemple.fr",
    "JEAN+autre@Exemple.fr",
    "je.an@exemple.fr",
    "JE.AN+cpf@exemple.fr",
)


async def five_times(client: Client, page: Page, fields: dict[str, str]) -> list[tuple[int, str]]:
    """Press a button five times at once; return status and destination of each answer."""
    sent = {**page.values(), **fields}
    target = page.form().get("action") or page.url
    pages = await asyncio.gather(*(client.post(target, sent, follow=False) for _ in range(5)))
    return [(page.status, page.location) for page in pages]


async def test_the_recap_shows_what_was_typed_and_hides_the_number(client: Client) -> None:
    person = Person(email="zoe@exemple.fr")
    page = await to_validation(client, person)
    assert person.nir not in page.html.replace("\u00a0", "")
    hidden = "• •• •• •• ••" + person.nir[9] + " " + person.nir[10:]
    assert hidden in page.text
    for shown in ("Madame", person.first_name, person.birth_name, "06 12 34 56 78", person.email):
        assert shown in page.text
    assert page.text.count("non indiqué") == 1
    for step in ("conditions", "identite", "mot-de-passe"):
        assert f'href="/inscription/{step}"' in page.html
    assert person.password not in page.html


async def test_the_first_page_sent_five_times_at_once_goes_on_with_one_registration(
    client: Client, runtime: Runtime
) -> None:
    """Only one copy owns the new token; the others start empty registrations."""
    page = await client.get("/inscription/conditions")
    answers = await five_times(client, page, {"accepted": "y"})
    assert set(answers) == {(303, "/inscription/identite")}
    page = await client.submit(await client.get("/inscription/identite"), Person().identity())
    assert page.url == "/inscription/mot-de-passe"
    sealed = "SELECT count(*) FROM registration WHERE identity IS NOT NULL OR draft IS NOT NULL"
    assert await value(runtime, sealed) == 1


@pytest.mark.parametrize(
    ("reach", "destination"),
    [
        (to_identity, "/inscription/mot-de-passe"),
        (to_password, "/inscription/validation"),
        (to_validation, WAITING),
    ],
)
async def test_each_step_sent_five_times_at_once_counts_once(
    client: Client,
    runtime: Runtime,
    reach: Callable[..., Awaitable[Page]],
    destination: str,
) -> None:
    person = Person()
    page = await (reach(client) if reach is to_identity else reach(client, person))
    fields = person.identity() if reach is to_identity else {}
    if reach is to_password:
        fields = {"password": person.password, "password_confirmation": person.password}
    assert set(await five_times(client, page, fields)) == {(303, destination)}
    assert await value(runtime, "SELECT count(*) FROM registration") == 1
    mails = 1 if reach is to_validation else 0
    assert await value(runtime, "SELECT count(*) FROM mail") == mails
    assert await value(runtime, "SELECT count(*) FROM pgqueuer") == mails


async def test_five_times_at_once_is_one_attempt(client: Client, runtime: Runtime) -> None:
    await five_times(client, await to_validation(client, Person()), {})
    used = await column(runtime, "SELECT DISTINCT hits FROM rate_limit WHERE hits > 1")
    assert used == []


async def test_a_button_pressed_again_later_changes_nothing(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    person = Person()
    page = await to_validation(client, person)
    await client.submit(page)
    await outbox.deliver()
    assert (await client.submit(page)).url == WAITING
    await outbox.deliver()
    assert len(outbox.to(person.email)) == 1
    assert await value(runtime, "SELECT count(*) FROM mail") == 1


@pytest.mark.parametrize(("shared", "most"), [("nir", 5), ("email", 5)])
async def test_registrations_of_one_number_or_address_are_bounded_from_one_network(
    client: Client, runtime: Runtime, shared: str, most: int
) -> None:
    """2.4.1."""
    assert (SUBMISSIONS_PER_NIR.hits, LINKS_PER_HOUR.hits) == (5, 5)
    first = Person(email="jean@exemple.fr")
    for number in range(most + 1):
        client.http.cookies.clear()
        spelt = {"email": SPELLINGS[number]}
        if shared == "nir":
            spelt = {"nir": first.nir, "email": f"adresse{number}@exemple.fr"}
        page = await client.submit(await to_validation(client, Person(**spelt)))
        if number < most:
            assert page.url == WAITING
    assert page.status == 429
    assert "Réessayez" in page.text
    assert await value(runtime, "SELECT count(*) FROM mail") == most
    # Nothing is lost: the step can still be sent.
    assert (await client.get("/inscription/validation")).url == "/inscription/validation"


async def test_one_network_does_not_use_up_what_a_mailbox_gets(
    app: Starlette, client: Client, runtime: Runtime
) -> None:
    """2.4.1: the owner of the address registers from home, and the link is sent."""
    for number in range(LINKS_PER_HOUR.hits):
        client.http.cookies.clear()
        await to_waiting(client, Person(email=SPELLINGS[number]))
    async with Client(app, address="198.51.100.77") as home:
        page = await to_waiting(home, Person(email="jean@exemple.fr"))
    assert "Courriel en préparation" in page.text


async def test_beyond_what_a_mailbox_gets_the_page_says_when_the_mail_leaves(
    app: Starlette, outbox: Outbox
) -> None:
    """2.4.1, from many networks."""
    for number in range(AWAITED_PER_HOUR):
        async with Client(app, address=f"198.51.100.{number}") as one:
            await to_waiting(one, Person(email=SPELLINGS[number]))
    async with Client(app, address="198.51.100.77") as home, Client(app, address="10.0.0.1") as far:
        page = await to_waiting(home, Person(email="jean@exemple.fr"))
        assert "Courriel retardé" in page.text
        assert f"au plus {AWAITED_PER_HOUR} courriels de ce type par heure" in page.text
        assert "Le vôtre partira le" in page.text
        await to_waiting(far, Person(email="JEAN@exemple.fr"))
        page = await home.get(WAITING)
        assert "Courriel non envoyé" in page.text
        assert "un autre, plus récent, le remplace" in page.text
        await outbox.deliver()
        assert len(outbox.peer.received) == AWAITED_PER_HOUR
        await outbox.deliver_later()
        assert "Courriel envoyé" in (await far.get(WAITING)).text
    assert len(outbox.peer.received) == AWAITED_PER_HOUR + 1


async def test_the_registration_and_its_mail_are_written_together(
    client: Client, runtime: Runtime
) -> None:
    page = await to_validation(client, Person())
    await run(runtime, "ALTER TABLE mail ADD CONSTRAINT refused CHECK (kind <> 'activation')")
    page_of_failure = await client.submit(page)
    await run(runtime, "ALTER TABLE mail DROP CONSTRAINT refused")
    assert page_of_failure.status == 500
    assert await value(runtime, "SELECT status FROM registration") == "open"
    assert (await client.submit(page)).url == WAITING
