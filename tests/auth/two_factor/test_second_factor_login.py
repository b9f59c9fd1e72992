"""The code that follows the password, for both kinds of account: once, limited, and first."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import run, value
from tests.support.http.client import Client
from tests.support.logins.kinds import Account, Kind
from tests.support.logins.second_factor import (
    CLOCK,
    code_for,
    enter_code,
    log_in,
    set_up,
    unused_code,
)
from tests.support.mail.outbox import Outbox
from tests.support.text.spaces import plain
from web.assistance.access import unblock
from web.assistance.command import Asked
from web.auth.login.redirect import LOGIN_UNFINISHED
from web.auth.sessions.login_queries import MOST_INCOMPLETE
from web.core.runtime import Runtime

NEW = {"password": "Girafe-913-Mauve", "password_confirmation": "Girafe-913-Mauve"}
COMPLETE = "SELECT count(*) FROM session WHERE is_complete"


async def test_the_code_opens_the_page_asked_for_with_another_token(
    client: Client, runtime: Runtime, kind: Kind, account: Account, secret: str
) -> None:
    asked = f"{kind.change}"
    page = await client.get(asked)
    page = await client.submit(page, account.credentials)
    assert page.url == f"{kind.code}?suite={asked}"
    before = client.http.cookies["compte"]
    spaced = " ".join(await code_for(runtime, secret))
    page = await enter_code(client, page, spaced)
    assert page.url == asked
    assert client.http.cookies["compte"] != before
    client.http.cookies.set("compte", before)
    assert (await client.get(kind.inside, follow=False)).location.startswith(f"{kind.login}?")


async def test_before_the_code_the_session_opens_nothing_and_changes_nothing(
    client: Client, runtime: Runtime, kind: Kind, account: Account, secret: str
) -> None:
    """8.2.2: completeness is part of the statement that finds the session."""
    form = await account.log_in(client)
    unchanged = f"SELECT login::text || owner::text FROM login, {kind.table} AS owner"
    before = await value(runtime, unchanged)
    pages = (kind.home, kind.inside, kind.account, kind.change, kind.set_up, kind.codes)
    for path in (*pages, f"{kind.set_up}/retirer"):
        page = await client.get(path, follow=False)
        assert page.location.startswith(kind.code), path
        part = await client.get(path, htmx=True)
        assert (part.status, part.response.text) == (403, LOGIN_UNFINISHED), path
    values = {
        **form.values(kind.code),
        "password_current": account.password,
        "password_code": await code_for(runtime, secret),
        **NEW,
    }
    forms = (kind.change, kind.set_up, kind.codes, f"{kind.codes}/fichier")
    for path in (*forms, f"{kind.set_up}/retirer", f"{kind.sessions}/fermer-les-autres"):
        page = await client.post(path, values, follow=False)
        assert page.location.startswith(kind.code), path
    assert await value(runtime, unchanged) == before
    assert await value(runtime, COMPLETE) == 0
    assert await value(runtime, kind.events, "login") == 0


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "000000", "１２３４５６"])
async def test_a_wrong_code_is_refused_and_not_shown_again(
    client: Client, runtime: Runtime, kind: Kind, account: Account, secret: str, code: str
) -> None:
    page = await enter_code(client, await account.log_in(client), code)
    assert page.status == 422
    assert page.error_of("password_code")
    assert not code or f'value="{code}"' not in page.html
    assert await value(runtime, COMPLETE) == 0


@pytest.mark.parametrize(("steps", "opens"), [(-3, False), (-1, True), (0, True), (1, True)])
async def test_a_code_is_valid_for_its_half_minute_and_those_around_it(
    client: Client, runtime: Runtime, kind: Kind, account: Account, secret: str, steps: int,
    opens: bool,
) -> None:  # fmt: skip
    page = await account.log_in(client)
    # The previous code is valid until this half-minute ends: leave time to send it.
    while steps == -1 and await value(runtime, CLOCK) % 30 > 24:
        await asyncio.sleep(0.1)
    page = await enter_code(client, page, await code_for(runtime, secret, steps))
    assert (page.status == 422) is not opens


async def test_a_code_is_never_accepted_twice(
    client: Client,
    elsewhere: Client,
    runtime: Runtime,
    kind: Kind,
    account: Account,
    secret: str,
) -> None:
    code = await code_for(runtime, secret, 1)
    page = await enter_code(client, await account.log_in(client), code)
    assert page.url == kind.home
    for earlier in (code, await code_for(runtime, secret)):
        page = await enter_code(elsewhere, await account.log_in(elsewhere), earlier)
        assert page.status == 422
        assert "il a déjà servi" in page.error_of("password_code")
        assert earlier not in page.html


async def test_only_one_of_many_browsers_passes_with_the_same_code(
    app: Starlette, runtime: Runtime, account: Account, secret: str
) -> None:
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(Client(app)) for _ in range(MOST_INCOMPLETE)]
        pages = [await account.log_in(client) for client in clients]
        code = await code_for(runtime, secret, 1)
        answers = await asyncio.gather(
            *(
                enter_code(client, page, code, follow=False)
                for client, page in zip(clients, pages, strict=True)
            )
        )
    statuses = [answer.status for answer in answers]
    assert statuses.count(303) == 1
    assert statuses.count(422) == MOST_INCOMPLETE - 1
    assert await value(runtime, COMPLETE) == 1


async def test_late_copies_of_a_code_count_as_one_login(
    client: Client, runtime: Runtime, kind: Kind, account: Account, secret: str
) -> None:
    page = await account.log_in(client)
    fields = {**page.values(kind.code), "password_code": await code_for(runtime, secret)}
    answers = await asyncio.gather(
        *(client.post(kind.code, fields, follow=False) for _ in range(5))
    )
    answers.append(await client.post(kind.code, fields, follow=False))
    assert {(answer.status, answer.location) for answer in answers} == {(303, kind.home)}
    assert (await client.get(kind.inside)).url == kind.inside
    assert await value(runtime, kind.events, "login") == 1
    assert await value(runtime, "SELECT count(*) FROM session") == 1


async def test_each_step_pressed_twice_is_passed_once(
    client: Client, runtime: Runtime, kind: Kind, account: Account, secret: str
) -> None:
    """Sent with the new cookie of the first press, the second one is its copy."""
    page = await client.get(kind.login)
    first, second = await client.press_twice(page, account.credentials)
    assert first.location == second.location == kind.code
    code = {"password_code": await code_for(runtime, secret)}
    first, second = await client.press_twice(await client.get(kind.code), code)
    assert first.location == second.location
    assert (await client.get(kind.account)).url == kind.account
    assert await value(runtime, "SELECT count(*) FROM session") == 1
    assert await value(runtime, kind.events, "login") == 1


async def test_a_recovery_code_works_once_and_its_use_is_notified(
    client: Client,
    elsewhere: Client,
    runtime: Runtime,
    kind: Kind,
    account: Account,
    outbox: Outbox,
) -> None:
    await account.log_in(client)
    _, codes = await set_up(client, runtime, account)
    page = await enter_code(
        elsewhere, await account.log_in(elsewhere), f"{codes[3][:4]}-{codes[3][4:]}"
    )
    assert page.url == kind.home
    assert "restants : 9" in (await elsewhere.get(kind.account)).text
    page = await enter_code(client, await account.log_in(client), codes[3])
    assert page.status == 422
    assert await value(runtime, kind.events, "recovery_code_used") == 1
    await outbox.deliver()
    subject = "Un code de secours a été utilisé"
    (notice,) = [mail for mail in outbox.to(account.email) if mail.subject == subject]
    assert "reste 9" in plain(notice.text)
    assert not await value(
        runtime,
        "SELECT bool_or(code_digest = sha256($1) OR code_digest = $1) FROM recovery_code",
        codes[3].encode(),
    )


async def test_another_account_s_recovery_code_is_refused(
    client: Client, runtime: Runtime, kind: Kind, account: Account, secret: str
) -> None:
    other = await kind.open(runtime)
    await other.log_in(client)
    _, codes = await set_up(client, runtime, other)
    page = await enter_code(client, await account.log_in(client), codes[0])
    assert page.status == 422


async def test_a_session_that_ends_before_the_code_leads_to_the_login(
    client: Client, runtime: Runtime, kind: Kind, account: Account, secret: str
) -> None:
    page = await account.log_in(client)
    await run(runtime, "DELETE FROM session")
    page = await enter_code(client, page, await code_for(runtime, secret), follow=False)
    assert page.location.startswith(f"{kind.login}?")
    assert await value(runtime, "SELECT count(*) FROM session") == 0


async def test_a_factor_removed_before_the_code_leaves_the_session_incomplete(
    client: Client, runtime: Runtime, kind: Kind, account: Account, secret: str
) -> None:
    page = await account.log_in(client)
    await run(runtime, "UPDATE login SET totp_confirmed_at = NULL, totp_secret = NULL")
    await enter_code(client, page, await code_for(runtime, secret), follow=False)
    assert await value(runtime, COMPLETE) == 0
    assert (await client.get(kind.inside, follow=False)).status == 303


async def test_a_new_password_by_mail_still_asks_for_the_code(
    client: Client, runtime: Runtime, kind: Kind, account: Account, secret: str, outbox: Outbox
) -> None:
    await client.submit(await client.get(kind.forgotten), {kind.identifier: account.identifier})
    await outbox.deliver()
    text = outbox.to(account.email)[-1].text
    path = text[text.index(f"{kind.links}/") :].split()[0]
    await client.submit(await client.get(path), NEW)
    renewed = replace(account, password=NEW["password"])
    assert (await renewed.log_in(client)).url == kind.code
    assert (await client.get(kind.inside, follow=False)).location.startswith(kind.code)
    page = await log_in(client, runtime, renewed, secret)
    assert page.url == kind.home


async def test_a_form_kept_when_the_session_ended_is_offered_after_the_code(
    client: Client, runtime: Runtime, kind: Kind, account: Account, secret: str
) -> None:
    await log_in(client, runtime, account, secret)
    fields = (await client.get(kind.inside)).values(kind.logout)
    await run(runtime, "UPDATE session SET last_seen_at = now() - interval '1 hour'")
    target = "/espace/heures" if kind.name == "titulaire" else f"{kind.set_up}/retirer"
    page = await client.post(target, {**fields, "dif": "33"})
    assert "conservé une heure" in page.text
    page = await client.submit(page, account.credentials)
    assert page.url.startswith(f"{kind.code}?suite=")
    assert 'value="33"' not in page.html
    page = await enter_code(client, page, await unused_code(runtime, account.login_id, secret))
    assert "Reprendre votre saisie" in page.text or 'value="33"' in page.html
    assert await value(runtime, "SELECT count(*) FROM kept_form") == 1


async def test_leaving_before_the_code_ends_the_session(
    client: Client, runtime: Runtime, kind: Kind, account: Account, secret: str
) -> None:
    page = await client.submit(await account.log_in(client), action=kind.logout)
    assert "Votre session est fermée." in page.text
    assert (await client.get(kind.code)).url.startswith(kind.login)
    assert await value(runtime, kind.events, "logout") == 0


async def test_the_operator_s_unblocking_clears_the_refused_codes(
    client: Client, runtime: Runtime, kind: Kind, account: Account, secret: str
) -> None:
    page = await account.log_in(client)
    statuses = [(await enter_code(client, page, "000000")).status for _ in range(11)]
    assert statuses[-1] == 429
    await unblock(runtime, Asked(account.email, "Identité vérifiée"))
    page = await enter_code(client, page, await code_for(runtime, secret))
    assert page.url == kind.home
