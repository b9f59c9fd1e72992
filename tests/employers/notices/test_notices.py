"""The mails to an employer's agents when a délégation is granted or ends."""

from __future__ import annotations

import asyncio
import json
from uuid import UUID

import pytest

from tests.support.db.rows import column, corrupt, count, run, value
from tests.support.desks import agents
from tests.support.desks.agents import InventedAgent, organisme_agent
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox, Received
from tests.support.titulaires.people import PASSWORD, Person
from tests.support.training.delegations import SIRET, URL, day, grant
from web.core.runtime import Runtime
from web.employers.notices import service
from web.employers.notices.service import (
    notify_of_end,
    notify_of_grant,
    notify_of_last_days,
)

CLOSING = "/espace/informations/fermeture"
GRANTED = "Une personne vous a accordé une délégation"
LAST_DAY_PASSED = "UPDATE delegation SET starts_on = starts_on - 60, ends_on = ends_on - 31"
ENDED = "Une délégation a pris fin"


@pytest.fixture
async def agent(runtime: Runtime) -> InventedAgent:
    """An agent of the employer to which `grant` grants."""
    return await agents.add(runtime, InventedAgent(siret=SIRET, organisation="Ateliers du Lac"))


async def mails_to(outbox: Outbox, agent: InventedAgent) -> list[Received]:
    """The mails that the agent has got, once the delay that groups them is over."""
    await outbox.deliver()
    await outbox.deliver_later()
    return outbox.to(agent.email)


async def revoke(space: Client) -> None:
    """Revoke the délégation in force."""
    found = await column(
        space.app.state.runtime, "SELECT id FROM delegation WHERE revoked_at IS NULL"
    )
    path = f"{URL}/{found[0]}/revoquer"
    await space.submit(await space.get(path), action=path)


def assert_names_nobody(mail: Received, person: Person) -> None:
    """Check that no part of the mail has personal data of the titulaire."""
    for text in (mail.text, mail.html, str(mail.message)):
        for secret in (person.first_name, person.birth_name, person.email, person.nir):
            assert secret not in text


async def test_a_grant_is_announced_without_any_name(
    space: Client, person: Person, agent: InventedAgent, outbox: Outbox
) -> None:
    await grant(space)
    [mail] = await mails_to(outbox, agent)
    assert mail.subject == GRANTED
    for text in (mail.text, mail.html):
        assert "Une personne a accordé une délégation à Ateliers du Lac." in text
        assert "http://127.0.0.1:8000/employeur" in text
    assert_names_nobody(mail, person)


async def test_a_delegation_to_come_is_announced_with_its_first_day(
    space: Client, agent: InventedAgent, outbox: Outbox
) -> None:
    await grant(space, starts_on=day(9))
    [mail] = await mails_to(outbox, agent)
    assert "Elle commence le" in mail.text
    assert "apparaîtra ce jour-là dans votre espace" in mail.text


async def test_a_revocation_is_announced(
    space: Client, person: Person, agent: InventedAgent, outbox: Outbox
) -> None:
    await grant(space)
    await mails_to(outbox, agent)
    await revoke(space)
    mail = (await mails_to(outbox, agent))[-1]
    assert mail.subject == ENDED
    assert "Une délégation accordée à Ateliers du Lac a pris fin" in mail.text
    assert_names_nobody(mail, person)


async def test_a_grant_revoked_at_once_is_not_announced_as_in_force(
    space: Client, agent: InventedAgent, outbox: Outbox
) -> None:
    await grant(space)
    await revoke(space)
    assert [mail.subject for mail in await mails_to(outbox, agent)] == [ENDED]


async def test_closing_the_account_announces_each_end(
    space: Client, person: Person, agent: InventedAgent, outbox: Outbox
) -> None:
    await grant(space)
    await mails_to(outbox, agent)
    await space.submit(await space.get(CLOSING), {"password": PASSWORD}, action=CLOSING)
    mail = (await mails_to(outbox, agent))[-1]
    assert mail.subject == ENDED
    assert_names_nobody(mail, person)


async def test_a_delegation_that_replaces_another_is_announced_alone(
    space: Client, agent: InventedAgent, outbox: Outbox
) -> None:
    await grant(space)
    await mails_to(outbox, agent)
    outbox.peer.received.clear()
    await grant(space, scope="modifier", replaces="y")
    assert [mail.subject for mail in await mails_to(outbox, agent)] == [GRANTED]


async def test_several_people_share_one_mail(
    space: Client, stranger: Client, agent: InventedAgent, outbox: Outbox
) -> None:
    await grant(space)
    await grant(stranger)
    [mail] = await mails_to(outbox, agent)
    assert mail.subject == "2 personnes vous ont accordé une délégation"


async def test_each_agent_of_that_employer_alone_is_informed_once(
    space: Client, agent: InventedAgent, outbox: Outbox, runtime: Runtime
) -> None:
    colleague = await agents.add(
        runtime, InventedAgent(siret=SIRET, organisation=agent.organisation)
    )
    others = [
        await agents.add(runtime, InventedAgent()),
        await agents.add(runtime, organisme_agent(siret=SIRET)),
    ]
    invited = await agents.add(runtime, InventedAgent(siret=SIRET, organisation=agent.organisation))
    await run(runtime, "UPDATE login SET password_hash = NULL WHERE id = $1", invited.id)
    await grant(space)
    delegation_id: UUID = await value(runtime, "SELECT id FROM delegation")
    # A job that its worker did not live to remove is done again, perhaps by several.
    await asyncio.gather(*(notify_of_grant(runtime, delegation_id) for _ in range(4)))
    await mails_to(outbox, agent)
    assert len(outbox.to(agent.email)) == len(outbox.to(colleague.email)) == 1
    assert not [mail for one in (*others, invited) for mail in outbox.to(one.email)]


async def test_nothing_is_sent_when_the_employer_has_no_account(
    space: Client, outbox: Outbox, runtime: Runtime
) -> None:
    await grant(space)
    await revoke(space)
    await outbox.deliver()
    assert await count(runtime, "mail WHERE kind LIKE 'employer-%'") == 0


async def test_an_agent_who_left_or_was_invited_after_the_end_gets_nothing(
    space: Client, agent: InventedAgent, outbox: Outbox, runtime: Runtime
) -> None:
    await grant(space)
    await outbox.deliver()
    await run(runtime, "DELETE FROM login WHERE id = $1", agent.id)
    await outbox.deliver_later()
    assert outbox.to(agent.email) == []

    await revoke(space)
    later = await agents.add(runtime, InventedAgent(siret=SIRET, organisation=agent.organisation))
    await notify_of_end(runtime, await value(runtime, "SELECT id FROM delegation"))
    assert await mails_to(outbox, later) == []


@pytest.mark.parametrize(("ended", "announced"), [(0, 0), (1, 1), (7, 1), (8, 0)])
async def test_the_last_day_is_announced_once_on_the_days_that_follow(
    space: Client, agent: InventedAgent, runtime: Runtime, ended: int, announced: int
) -> None:
    await grant(space, ends_on=day(30))
    await run(
        runtime,
        """
        UPDATE delegation SET starts_on = starts_on - 60,
                              ends_on = (now() AT TIME ZONE 'Europe/Paris')::date - $1::int
        """,
        ended,
    )
    await run(runtime, "UPDATE professional SET invited_at = now() - interval '90 days'")
    for _ in range(2):
        await asyncio.gather(*(notify_of_last_days(runtime) for _ in range(3)))
    kinds = "mail WHERE kind = 'employer-delegation-ended'"
    assert await count(runtime, kinds) == announced


async def test_the_last_day_is_announced_by_the_worker(
    space: Client, person: Person, agent: InventedAgent, outbox: Outbox, runtime: Runtime
) -> None:
    await grant(space, ends_on=day(30))
    await mails_to(outbox, agent)
    await run(runtime, "UPDATE delegation SET starts_on = starts_on - 60, ends_on = ends_on - 31")
    await run(runtime, "UPDATE professional SET invited_at = now() - interval '90 days'")
    await outbox.clear()
    mail = (await mails_to(outbox, agent))[-1]
    assert mail.subject == ENDED
    assert_names_nobody(mail, person)


async def test_the_last_day_is_not_announced_to_an_agent_invited_since(
    space: Client, agent: InventedAgent, runtime: Runtime
) -> None:
    await grant(space, ends_on=day(30))
    await run(runtime, "UPDATE delegation SET starts_on = starts_on - 60, ends_on = ends_on - 31")
    await notify_of_last_days(runtime)
    assert await count(runtime, "mail WHERE kind = 'employer-delegation-ended'") == 0


async def test_the_mails_of_the_employer_are_not_among_the_data_of_the_person(
    space: Client, agent: InventedAgent, outbox: Outbox
) -> None:
    await grant(space)
    await mails_to(outbox, agent)
    data = "/espace/mes-donnees"
    page = await space.submit(await space.get(data), action=data)
    mails = json.loads(page.response.text)["courriels_envoyes"]
    assert [mail["sorte"] for mail in mails] == ["delegation-granted"]


@pytest.mark.parametrize("is_enqueued", [False, True])
async def test_a_blocked_agent_gets_nothing(
    space: Client, agent: InventedAgent, outbox: Outbox, runtime: Runtime, is_enqueued: bool
) -> None:
    block = "UPDATE login SET blocked_at = now() WHERE id = $1"
    if not is_enqueued:
        await run(runtime, block, agent.id)
    await grant(space)
    await outbox.deliver()
    await revoke(space)
    await outbox.deliver()
    await run(runtime, block, agent.id)
    assert await count(runtime, "mail WHERE kind LIKE 'employer-%'") == 2 * is_enqueued
    assert await mails_to(outbox, agent) == []


async def test_the_end_of_delegations_whose_agents_are_blocked_is_not_announced(
    space: Client, agent: InventedAgent, runtime: Runtime
) -> None:
    await grant(space, ends_on=day(30))
    await run(runtime, LAST_DAY_PASSED)
    await run(runtime, "UPDATE professional SET invited_at = now() - interval '90 days'")
    await run(runtime, "UPDATE login SET blocked_at = now() WHERE id = $1", agent.id)
    await notify_of_last_days(runtime)
    assert await count(runtime, "mail WHERE kind = 'employer-delegation-ended'") == 0


async def test_unreadable_addresses_do_not_hold_up_the_other_delegations(
    space: Client,
    stranger: Client,
    agent: InventedAgent,
    runtime: Runtime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a page of one délégation, whichever is read first."""
    monkeypatch.setattr(service, "AT_ONCE", 1)
    for client in (space, stranger):
        await grant(client, ends_on=day(30))
    await run(runtime, LAST_DAY_PASSED)
    await run(runtime, "UPDATE professional SET invited_at = now() - interval '90 days'")
    await corrupt(runtime, "professional.email", "id = $1", agent.id)
    await asyncio.wait_for(notify_of_last_days(runtime), 10)
    ended = "mail WHERE kind = 'employer-delegation-ended'"
    assert await count(runtime, ended) == 0
    await agents.add(runtime, InventedAgent(siret=SIRET, organisation=agent.organisation))
    await run(runtime, "UPDATE professional SET invited_at = now() - interval '90 days'")
    await asyncio.wait_for(notify_of_last_days(runtime), 10)
    assert await count(runtime, ended) == 2
