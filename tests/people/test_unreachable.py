"""A person or an agent whose address refuses our mail reads it on their first page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from starlette.applications import Starlette

from tests.support.desks import agents
from tests.support.desks.agents import InventedAgent, log_in_agent, organisme_agent
from tests.support.http.client import Client
from tests.support.mail.outbox import ACCEPTED, Outbox
from tests.support.titulaires.people import PASSWORD, Person
from tests.support.titulaires.titulaire import account_id, person, space
from tests.support.training.delegations import grant
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.signup.activation.mails import HOLDER_MAIL

__all__ = ["account_id", "person", "space"]

NOTICE = "Nous n’avons pas pu vous écrire"
EMAIL = "/espace/informations/courriel"
Write = Callable[[str, str], Awaitable[None]]


@pytest.fixture
def write(runtime: Runtime, outbox: Outbox) -> Write:
    """A function that writes to an address, whose server answers as given."""

    async def written(address: str, reply: str) -> None:
        outbox.peer.on_recipient = lambda to: reply if to == address else ACCEPTED
        async with runtime.db.transaction() as connection:
            await enqueue_mail(
                runtime,
                connection,
                kind=HOLDER_MAIL,
                subject_id=runtime.randomness.uuid(),
                recipient=address,
            )
        await outbox.deliver()

    return written


async def test_the_dashboard_says_it_until_a_mail_is_accepted(
    space: Client, person: Person, write: Write
) -> None:
    assert NOTICE not in (await space.get("/espace")).text
    await write(person.email, "550 5.1.1 unknown")
    page = await space.get("/espace")
    assert NOTICE in page.text
    assert "z••••@exemple.fr a été refusé : vérifiez cette adresse" in page.text
    assert person.email not in page.html
    assert f'href="{EMAIL}"' in page.html

    await write(person.email, ACCEPTED)
    assert NOTICE not in (await space.get("/espace")).text


async def test_it_disappears_when_the_address_is_changed(
    space: Client, person: Person, outbox: Outbox, write: Write
) -> None:
    await write(person.email, "550 5.1.1 unknown")
    new = "neuve@exemple.fr"
    fields = {"email": new, "email_confirmation": new, "password": PASSWORD}
    await space.submit(await space.get(EMAIL), fields, action=EMAIL)
    await outbox.deliver()
    link = outbox.to(new)[-1].text.partition("http://127.0.0.1:8000/courriel/")[2].split()[0]
    assert NOTICE in (await space.get("/espace")).text
    await space.submit(await space.get(f"/courriel/{link}"))
    assert NOTICE not in (await space.get("/espace")).text


async def test_the_refusal_of_a_mail_to_another_person_is_not_shown(
    space: Client, person: Person, write: Write
) -> None:
    await write("ines@exemple.fr", "550 5.1.1 unknown")
    assert NOTICE not in (await space.get("/espace")).text


@pytest.mark.parametrize("invented", [organisme_agent(), InventedAgent()], ids=lambda one: one.kind)
async def test_an_agent_reads_it_on_the_first_page_of_the_space(
    app: Starlette, runtime: Runtime, write: Write, invented: InventedAgent
) -> None:
    agent = await agents.add(runtime, invented)
    async with Client(app) as desk:
        home = (await log_in_agent(desk, agent)).url
        assert NOTICE not in (await desk.get(home)).text
        await write(agent.email, "550 5.1.1 unknown")
        page = await desk.get(home)
        assert NOTICE in page.text
        assert agent.email in page.text
        await write(agent.email, ACCEPTED)
        assert NOTICE not in (await desk.get(home)).text


@pytest.mark.parametrize("is_manager", [False, True])
async def test_an_agent_is_sent_to_the_access_manager_or_as_the_manager_to_us(
    app: Starlette, runtime: Runtime, write: Write, is_manager: bool
) -> None:
    agent = await agents.add(runtime, InventedAgent(is_manager=is_manager))
    await write(agent.email, "550 5.1.1 unknown")
    async with Client(app) as desk:
        page = await log_in_agent(desk, agent)
    assert NOTICE in page.text
    assert ("la personne qui gère les accès" in page.text) is not is_manager
    assert '<a href="/contact">écrivez-nous</a>' in page.html


async def test_a_full_mailbox_is_reported_at_the_next_page(
    space: Client, person: Person, outbox: Outbox
) -> None:
    outbox.peer.on_recipient = lambda to: "552 5.2.2 full"
    await grant(space)
    await outbox.deliver()
    assert NOTICE in (await space.get("/espace")).text
