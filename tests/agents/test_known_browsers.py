"""A stranger's attempts do not block an agent's known browsers, at the password or the code."""

from __future__ import annotations

from starlette.applications import Starlette

from tests.agents.set_up import CODE
from tests.support.desks.agents import InventedAgent, code_of, enter_password, log_in_agent
from tests.support.desks.invitations import NEW, ask, link_to
from tests.support.http.client import Client
from tests.support.logins.devices import COOKIE, make_known
from tests.support.logins.failed_logins import fail
from tests.support.mail.outbox import Outbox
from web.auth.login.attempt_limits import FAILURES_BEFORE_RESET
from web.core.runtime import Runtime


async def test_attempts_of_strangers_leave_a_known_browser_unaffected(
    client: Client, elsewhere: Client, organisme: InventedAgent, runtime: Runtime
) -> None:
    """6.3.1."""
    await make_known(client, organisme)
    page = await enter_password(elsewhere, organisme)
    statuses = [
        (await elsewhere.submit(page, {"password_code": "000000"})).status for _ in range(11)
    ]
    assert statuses == [422] * 10 + [429]
    await fail(runtime, organisme, FAILURES_BEFORE_RESET)
    assert (await enter_password(elsewhere, organisme)).status == 422
    assert (await log_in_agent(client, organisme)).url == "/organisme"


async def test_a_browser_is_known_once_the_code_is_given_and_not_before(
    client: Client, organisme: InventedAgent
) -> None:
    page = await enter_password(client, organisme)
    assert page.url == CODE
    assert COOKIE not in client.http.cookies
    await client.submit(page, {"password_code": await code_of(client, organisme)})
    assert COOKIE in client.http.cookies


async def test_the_reset_link_is_a_way_in(
    app: Starlette,
    client: Client,
    outbox: Outbox,
    organisme: InventedAgent,
    runtime: Runtime,
) -> None:
    """6.1.1: at once, and while the stranger continues."""
    await fail(runtime, organisme, FAILURES_BEFORE_RESET)
    await ask(client, organisme.email)
    await client.submit(await client.get(await link_to(outbox, organisme.email)), NEW)
    await fail(runtime, organisme, FAILURES_BEFORE_RESET)
    organisme.password = NEW["password"]
    assert (await log_in_agent(client, organisme)).url == "/organisme"
