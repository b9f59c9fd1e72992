"""Several links mailed to one agent: the valid ones, until one is used."""

from __future__ import annotations

import pytest

from tests.support.agents import InventedAgent
from tests.support.client import Client
from tests.support.invitations import NEW, ask, invite, link_to
from tests.support.outbox import Outbox
from web.settings import Settings

OTHER = {"password": "Autruche-77-9-Bleue", "password_confirmation": "Autruche-77-9-Bleue"}


async def test_a_stranger_s_requests_leave_the_agent_s_link_as_it_is(
    client: Client, elsewhere: Client, outbox: Outbox, employer: InventedAgent
) -> None:
    await ask(client, employer.email)
    page = await client.get(await link_to(outbox, employer.email))
    for _ in range(4):
        await ask(elsewhere, employer.email)
        await outbox.deliver()
    assert (await client.submit(page, NEW)).url == "/professionnels"


async def test_a_stranger_s_request_leaves_an_invitation_as_it_is(
    client: Client, elsewhere: Client, outbox: Outbox, settings: Settings
) -> None:
    await invite(settings)
    invitation = await link_to(outbox)
    await ask(elsewhere, "jeanne.martin@opcalys.example")
    other = await link_to(outbox)
    assert invitation != other
    assert (await client.submit(await client.get(invitation), NEW)).url == "/professionnels"
    over = await client.get(other)
    assert over.status == 410
    assert "Votre mot de passe a changé depuis" in over.text


@pytest.mark.parametrize("chosen", [0, 1])
async def test_once_a_link_has_served_the_other_opens_nothing(
    client: Client, outbox: Outbox, employer: InventedAgent, chosen: int
) -> None:
    pages = []
    for _ in range(2):
        await ask(client, employer.email)
        pages.append(await client.get(await link_to(outbox, employer.email)))
    assert [page.status for page in pages] == [200, 200]
    assert (await client.submit(pages.pop(chosen), NEW)).url == "/professionnels"
    assert (await client.submit(pages[0], OTHER)).status == 410


async def test_an_invitation_again_replaces_the_links_before_it(
    client: Client, outbox: Outbox, settings: Settings
) -> None:
    """An explicit act of the administrator: the mailbox may have been compromised."""
    await invite(settings)
    invitation = await link_to(outbox)
    await ask(client, "jeanne.martin@opcalys.example")
    asked = await link_to(outbox)
    await invite(settings)
    newest = await link_to(outbox)
    for link in (invitation, asked):
        page = await client.get(link)
        assert page.status == 410
        assert "Un lien plus récent remplace celui-ci" in page.text
    assert (await client.get(newest)).status == 200
