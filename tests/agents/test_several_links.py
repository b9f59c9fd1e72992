"""Several links mailed to one agent: the valid ones, until one is used."""

from __future__ import annotations

from tests.support.desks.invitations import NEW, ask, invite, link_to
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from web.settings import Settings


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
