"""`account block`: nobody logs in to the account; only its password shows that it is blocked."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.support.db.rows import value
from tests.support.desks.agents import InventedAgent, add
from tests.support.http.client import Client
from tests.support.logins.kinds import Account
from tests.support.logins.password_links import NEW, ask, asked_link
from tests.support.logins.second_factor import set_up
from tests.support.mail.outbox import Outbox
from web.agents.invitations.command import Options, run_invitation
from web.assistance.access import block, run_unblock
from web.assistance.command import Asked, run_act
from web.core.runtime import Runtime
from web.settings import Settings

REASON = "Demande de la personne, identité vérifiée"
BLOCKED = "Ce compte est bloqué"


async def run_block(settings: Settings, account: Account) -> int:
    return await run_act(settings, Asked(account.identifier, REASON), block)


def neutral(text: str) -> str:
    """The page without what differs at each answer."""
    return re.sub(r'value="[^"]*"|/static/[0-9a-f]+', "", text)


async def test_a_blocked_account_is_logged_out_at_once_and_its_owner_is_told(
    client: Client,
    settings: Settings,
    outbox: Outbox,
    account: Account,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await account.log_in(client)
    assert (await client.get(account.kind.inside)).url == account.kind.inside
    assert await run_block(settings, account) == 0
    assert "est bloqué" in capsys.readouterr().out
    assert (await client.get(account.kind.inside)).url.startswith(account.kind.login)
    await outbox.deliver()
    mail = outbox.to(account.email)[-1]
    assert mail.subject == "Votre compte est bloqué"
    for part in (mail.text, mail.html):
        assert REASON in part
        assert "/contact" in part


async def test_only_the_right_password_shows_that_the_account_is_blocked(
    client: Client, elsewhere: Client, settings: Settings, account: Account, runtime: Runtime
) -> None:
    wrong = {**account.credentials, "password": "Girafe-000-Jaune"}
    nobody = {**wrong, account.kind.identifier: account.kind.unknown}
    login = account.kind.login
    before = await elsewhere.submit(await elsewhere.get(login), wrong)
    assert await run_block(settings, account) == 0
    page = await account.log_in(client)
    assert page.status == 403
    assert BLOCKED in page.text
    assert "Nous contacter" in page.text
    assert await value(runtime, "SELECT count(*) FROM session") == 0
    refused = await elsewhere.submit(await elsewhere.get(login), wrong)
    unknown = await elsewhere.submit(await elsewhere.get(login), nobody)
    assert refused.status == before.status == unknown.status == 422
    assert neutral(refused.text) == neutral(before.text)
    assert neutral(refused.text.replace(account.identifier, account.kind.unknown)) == neutral(
        unknown.text
    )


async def test_the_right_password_of_a_blocked_account_uses_up_no_attempt(
    client: Client, settings: Settings, account: Account, runtime: Runtime
) -> None:
    assert await run_block(settings, account) == 0
    for _ in range(12):
        assert BLOCKED in (await account.log_in(client)).text
    assert await value(runtime, "SELECT coalesce(sum(hits), 0) FROM rate_limit") == 0


async def test_a_login_that_awaits_its_code_goes_no_further(
    client: Client, elsewhere: Client, settings: Settings, account: Account, runtime: Runtime
) -> None:
    await account.log_in(client)
    await set_up(client, runtime, account)
    await account.log_in(elsewhere)
    assert (await elsewhere.get(account.kind.code)).url == account.kind.code
    assert await run_block(settings, account) == 0
    assert (await elsewhere.get(account.kind.code)).url.startswith(account.kind.login)
    assert BLOCKED in (await account.log_in(elsewhere)).text


async def test_the_links_to_choose_a_password_die_and_no_other_is_sent(
    client: Client, settings: Settings, outbox: Outbox, account: Account, runtime: Runtime
) -> None:
    path = await asked_link(client, account, outbox)
    page = await client.get(path)
    assert await run_block(settings, account) == 0
    assert (await client.get(path)).status == 410
    assert "a été bloqué" in (await client.submit(page, NEW)).text
    await outbox.deliver()
    count = len(outbox.to(account.email))
    await ask(client, account.kind, account.identifier)
    await outbox.deliver()
    assert len(outbox.to(account.email)) == count
    assert BLOCKED in (await account.log_in(client)).text


async def test_an_account_is_unblocked_with_its_password(
    client: Client, settings: Settings, outbox: Outbox, account: Account
) -> None:
    assert await run_block(settings, account) == 0
    assert await run_unblock(settings, Asked(account.email, "Identité vérifiée")) == 0
    assert (await account.log_in(client)).url == account.kind.home
    await outbox.deliver()
    subjects = [mail.subject for mail in outbox.to(account.email)]
    assert "Votre compte est débloqué" in subjects


async def test_blocking_twice_changes_nothing_more(
    settings: Settings,
    outbox: Outbox,
    account: Account,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await run_block(settings, account) == 0
    assert await run_block(settings, account) == 1
    assert "est déjà bloqué" in capsys.readouterr().err
    await outbox.deliver()
    assert len(outbox.to(account.email)) == 1


async def test_of_two_operators_at_once_one_blocks(settings: Settings, account: Account) -> None:
    outcomes = await asyncio.gather(*(run_block(settings, account) for _ in range(2)))
    assert sorted(outcomes) == [0, 1]


async def test_a_login_at_the_moment_of_the_block_leaves_no_session(
    client: Client, settings: Settings, account: Account, runtime: Runtime
) -> None:
    page = await client.get(account.kind.login)
    await asyncio.gather(client.submit(page, account.credentials), run_block(settings, account))
    assert await value(runtime, "SELECT count(*) FROM session") == 0


@pytest.mark.parametrize(
    "identifier", ["", "2850599990001", "personne@exemple.fr", "1a2b-3c4d-5e6f"]
)
async def test_an_unknown_person_is_reported(
    settings: Settings, capsys: pytest.CaptureFixture[str], identifier: str
) -> None:
    assert await run_act(settings, Asked(identifier, REASON), block) == 1
    assert "Aucun compte n’existe" in capsys.readouterr().err


async def test_an_invitation_does_not_get_round_the_block(
    settings: Settings, runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    agent = await add(runtime, InventedAgent())
    assert await run_act(settings, Asked(agent.email, REASON), block) == 0
    options = Options("employer", agent.siret, agent.organisation, agent.email)
    assert await run_invitation(settings, options) == 1
    assert "est bloqué" in capsys.readouterr().err
