"""A second factor: set up by its page or written directly, and the codes of its application."""

from __future__ import annotations

import re
from uuid import UUID

import pyotp

from tests.support.db.rows import run, value
from tests.support.http.client import Client, Page
from tests.support.logins.kinds import Account
from web.auth.two_factor.rules import TOTP_SECRET
from web.core.runtime import Runtime

KEY = re.compile(r"Clé : ((?:[A-Z2-7]{4} ?){8})")
SHOWN_CODE = re.compile(r"<code[^>]*>([\d ]{14})</code>")
CLOCK = "SELECT extract(epoch FROM now())::bigint"


def secret_on(page: Page) -> str:
    """The key displayed as text."""
    found = KEY.search(page.text)
    assert found, page.text
    return found[1].replace(" ", "")


def codes_on(page: Page) -> list[str]:
    """The recovery codes displayed."""
    return [text.replace(" ", "") for text in SHOWN_CODE.findall(page.html)]


async def code_for(runtime: Runtime, secret: str, steps: int = 0) -> str:
    """The code for now, or some half-minutes away, by the database's clock."""
    return pyotp.TOTP(secret).at(await value(runtime, CLOCK) + 30 * steps)


async def unused_code(runtime: Runtime, login_id: UUID, secret: str) -> str:
    """A code that is accepted now, even if the last login used it."""
    await run(runtime, "UPDATE login SET totp_last_step = 0 WHERE id = $1", login_id)
    return await code_for(runtime, secret)


async def protect(runtime: Runtime, account: Account) -> str:
    """Give the account a second factor, without its page; return the secret."""
    secret = pyotp.random_base32()
    await run(
        runtime,
        "UPDATE login SET totp_secret = $2, totp_confirmed_at = now() WHERE id = $1",
        account.login_id,
        TOTP_SECRET.seal(runtime.vault, secret, id=account.login_id),
    )
    return secret


async def set_up(client: Client, runtime: Runtime, account: Account) -> tuple[str, list[str]]:
    """Set up a second factor from the account; return the secret and the recovery codes."""
    path = account.kind.set_up
    page = await client.get(path)
    secret = secret_on(page)
    fields = {
        "password_code": await code_for(runtime, secret),
        "password_current": account.password,
    }
    page = await client.submit(page, fields, action=path)
    assert page.status == 200, page.text
    codes = codes_on(page)
    assert len(set(codes)) == 10
    return secret, codes


async def enter_code(client: Client, page: Page, code: str, *, follow: bool = True) -> Page:
    """Send a code from its page."""
    return await client.submit(page, {"password_code": code}, follow=follow)


async def log_in(client: Client, runtime: Runtime, account: Account, secret: str) -> Page:
    """Return the first page after both steps of the login."""
    page = await account.log_in(client)
    assert page.url.startswith(account.kind.code)
    code = await unused_code(runtime, account.login_id, secret)
    return await client.submit(page, {"password_code": code}, action=None)
