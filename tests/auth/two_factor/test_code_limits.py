"""Refused codes: counted apart from the passwords, told to the owner, never a lock for good."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.support.db.rows import run, value
from tests.support.http.client import Client
from tests.support.logins.failed_logins import let_time_pass
from tests.support.logins.kinds import Account, Kind
from tests.support.logins.password_links import NEW, asked_link
from tests.support.logins.second_factor import enter_code, log_in, set_up, unused_code
from tests.support.mail.outbox import Outbox
from web.assistance.access import unblock
from web.assistance.command import Asked
from web.auth.sessions.login_queries import MOST_INCOMPLETE
from web.auth.two_factor.rules import REFUSED_CODES, REFUSED_SECONDS
from web.core.runtime import Runtime
from web.jobs import clear

FILL = "UPDATE rate_limit SET hits = $1 WHERE window_end > now() + interval '6 days'"
WRONG = "000000"
REFUSED = "Un code a été refusé lors d’une connexion à votre compte"
MISSING = "Une connexion à votre compte s’est arrêtée avant le code"
IDLE = "UPDATE session SET last_seen_at = last_seen_at - interval '31 minutes'"


async def refuse_all(runtime: Runtime, client: Client, account: Account) -> None:
    """Have as many codes refused as may be, in several quarters of an hour."""
    page = await enter_code(client, await account.log_in(client), WRONG)
    assert page.status == 422
    await run(runtime, FILL, REFUSED_CODES)
    await let_time_pass(runtime)


async def reset_password(client: Client, account: Account, outbox: Outbox) -> Account:
    """Choose a new password by mail; return the account with it."""
    link = await asked_link(client, account, outbox)
    await client.submit(await client.get(link), NEW)
    return replace(account, password=NEW["password"])


async def test_a_new_password_by_mail_gives_no_new_attempts_at_the_code(
    elsewhere: Client, runtime: Runtime, account: Account, secret: str, outbox: Outbox
) -> None:
    """6.3.1: whoever has the mailbox gets a new password, and no new attempts at the code."""
    page = await account.log_in(elsewhere)
    statuses = [(await enter_code(elsewhere, page, WRONG)).status for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    renewed = await reset_password(elsewhere, account, outbox)
    page = await enter_code(elsewhere, await renewed.log_in(elsewhere), WRONG)
    assert page.status == 429
    await run(runtime, FILL, REFUSED_CODES)
    again = await reset_password(elsewhere, renewed, outbox)
    await let_time_pass(runtime)
    code = await unused_code(runtime, account.login_id, secret)
    assert (await enter_code(elsewhere, await again.log_in(elsewhere), code)).status == 429


async def test_fifty_codes_at_once_never_pass_the_limit(
    elsewhere: Client, runtime: Runtime, account: Account, secret: str
) -> None:
    """6.3.1."""
    page = await account.log_in(elsewhere)
    fields = page.values(account.kind.code)
    codes = [f"{number:06}" for number in range(50)]
    answers = await asyncio.gather(
        *(elsewhere.post(account.kind.code, {**fields, "password_code": code}) for code in codes)
    )
    statuses = [answer.status for answer in answers]
    assert statuses.count(422) <= 10
    assert set(statuses) == {422, 429}


async def test_after_too_many_refused_codes_a_recovery_code_still_works_and_ends_the_count(
    client: Client, elsewhere: Client, runtime: Runtime, kind: Kind, account: Account
) -> None:
    await account.log_in(client)
    secret, codes = await set_up(client, runtime, account)
    await refuse_all(runtime, elsewhere, account)
    page = await account.log_in(elsewhere)
    page = await enter_code(elsewhere, page, await unused_code(runtime, account.login_id, secret))
    assert page.status == 429
    assert "réessayez dans 7 jours" in page.text
    assert "saisissez dès maintenant un code de secours" in page.text
    page = await enter_code(elsewhere, page, codes[0])
    assert page.url == kind.home
    await elsewhere.submit(page, action=kind.logout)
    elsewhere.http.cookies.clear()
    assert (await log_in(elsewhere, runtime, account, secret)).url == kind.home


async def test_recovery_codes_are_limited_too_and_only_for_a_while(
    elsewhere: Client, runtime: Runtime, account: Account, secret: str
) -> None:
    page = await account.log_in(elsewhere)
    statuses = [(await enter_code(elsewhere, page, "0" * 12)).status for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    page = await enter_code(elsewhere, page, "0" * 12)
    assert "réessayez dans 15 minutes" in page.text
    code = await unused_code(runtime, account.login_id, secret)
    assert (await enter_code(elsewhere, page, code)).status == 200


async def test_time_ends_the_count_of_refused_codes(
    elsewhere: Client, runtime: Runtime, kind: Kind, account: Account, secret: str
) -> None:
    """6.1.1: no account is locked for good."""
    await refuse_all(runtime, elsewhere, account)
    await let_time_pass(runtime, REFUSED_SECONDS)
    assert (await log_in(elsewhere, runtime, account, secret)).url == kind.home


async def test_an_operator_ends_the_count_of_refused_codes(
    elsewhere: Client, runtime: Runtime, kind: Kind, account: Account, secret: str
) -> None:
    await refuse_all(runtime, elsewhere, account)
    await unblock(runtime, Asked(account.email, "Identité vérifiée"))
    assert (await log_in(elsewhere, runtime, account, secret)).url == kind.home


async def test_another_second_factor_ends_the_count_of_refused_codes(
    client: Client, elsewhere: Client, runtime: Runtime, kind: Kind, account: Account
) -> None:
    await account.log_in(client)
    await set_up(client, runtime, account)
    await refuse_all(runtime, elsewhere, account)
    secret, _ = await set_up(client, runtime, account)
    assert (await log_in(elsewhere, runtime, account, secret)).url == kind.home


async def test_a_browser_that_opened_the_account_has_its_own_count(
    client: Client, elsewhere: Client, runtime: Runtime, kind: Kind, account: Account, secret: str
) -> None:
    """6.3.1: and no stranger can use them up."""
    page = await log_in(client, runtime, account, secret)
    await client.submit(page, action=kind.logout)
    await refuse_all(runtime, elsewhere, account)
    assert (await log_in(client, runtime, account, secret)).url == kind.home
    code = await unused_code(runtime, account.login_id, secret)
    page = await enter_code(elsewhere, await account.log_in(elsewhere), code)
    assert page.status == 429, "the owner's login ends the count of their browser alone"


async def test_a_browser_that_only_followed_a_mailed_link_shares_the_count_of_strangers(
    client: Client,
    elsewhere: Client,
    runtime: Runtime,
    account: Account,
    secret: str,
    outbox: Outbox,
) -> None:
    """Each link would otherwise give its browser codes of its own."""
    renewed = await reset_password(elsewhere, account, outbox)
    await refuse_all(runtime, elsewhere, renewed)
    page = await renewed.log_in(client)
    page = await enter_code(client, page, await unused_code(runtime, account.login_id, secret))
    assert page.status == 429


async def test_a_mail_reports_the_first_refused_code_of_a_day(
    elsewhere: Client, runtime: Runtime, kind: Kind, account: Account, secret: str, outbox: Outbox
) -> None:
    """6.3.7: whoever typed it knows the password."""
    page = await account.log_in(elsewhere)
    for _ in range(3):
        page = await enter_code(elsewhere, page, WRONG)
    await outbox.deliver()
    (told,) = [mail for mail in outbox.to(account.email) if mail.subject == REFUSED]
    assert kind.forgotten in {urlsplit(word).path for word in told.text.split()}
    assert "Appareil" in told.text
    assert await value(runtime, kind.events, "second_factor_refused") == 3
    await let_time_pass(runtime, 86400)
    await enter_code(elsewhere, page, WRONG)
    await outbox.deliver()
    assert len([mail for mail in outbox.to(account.email) if mail.subject == REFUSED]) == 2


@pytest.mark.parametrize("leaves", [True, False])
async def test_a_mail_reports_a_password_that_no_code_followed(
    elsewhere: Client,
    runtime: Runtime,
    kind: Kind,
    account: Account,
    secret: str,
    outbox: Outbox,
    leaves: bool,
) -> None:
    """6.3.7: once the session is over, also when it was left by the button."""
    page = await account.log_in(elsewhere)
    await clear(runtime)
    assert await value(runtime, kind.events, "second_factor_missing") == 0, "a code may follow"
    if leaves:
        await elsewhere.submit(page, action=kind.logout)
    else:
        await account.log_in(elsewhere)
        await run(runtime, IDLE)
    await clear(runtime)
    await clear(runtime)
    await outbox.deliver()
    (told,) = [mail for mail in outbox.to(account.email) if mail.subject == MISSING]
    assert kind.forgotten in {urlsplit(word).path for word in told.text.split()}
    assert await value(runtime, kind.events, "second_factor_missing") == 1
    assert await value(runtime, "SELECT count(*) FROM session") == 0


@pytest.mark.parametrize("right", [True, False])
async def test_a_code_typed_in_another_tab_prevents_the_mail_about_a_missing_code(
    client: Client,
    elsewhere: Client,
    runtime: Runtime,
    kind: Kind,
    account: Account,
    secret: str,
    outbox: Outbox,
    right: bool,
) -> None:
    await account.log_in(elsewhere)
    code = await unused_code(runtime, account.login_id, secret) if right else WRONG
    await enter_code(client, await account.log_in(client), code)
    await run(runtime, IDLE)
    await clear(runtime)
    await outbox.deliver()
    assert MISSING not in [mail.subject for mail in outbox.to(account.email)]
    assert await value(runtime, kind.events, "second_factor_missing") == 0


async def test_an_account_has_at_most_ten_sessions_that_await_a_code(
    client: Client, elsewhere: Client, runtime: Runtime, kind: Kind, account: Account, secret: str
) -> None:
    """The newest ones: whoever opens others cannot keep the owner from the code."""
    await log_in(client, runtime, account, secret)
    first = ""
    for _ in range(MOST_INCOMPLETE + 1):
        await account.log_in(elsewhere)
        first = first or elsewhere.http.cookies["compte"]
    incomplete = "SELECT count(*) FROM session WHERE NOT is_complete"
    assert await value(runtime, incomplete) == MOST_INCOMPLETE
    assert (await elsewhere.get(kind.code)).url == kind.code
    elsewhere.http.cookies.set("compte", first)
    assert (await elsewhere.get(kind.code)).url.startswith(kind.login)
    assert (await client.get(kind.inside)).url == kind.inside
