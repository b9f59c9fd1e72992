"""What the login pages of all spaces do with what was typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.accounts.credentials import Attempt, RefusedLoginError
from web.accounts.devices import device_of
from web.accounts.refusals import refuse_for_a_while
from web.core.browser import browser_of
from web.core.client_address import client_address
from web.core.forms import Form
from web.core.rate_limit import TooManyAttemptsError
from web.core.runtime import runtime_of
from web.core.tokens import token_hash


async def answer_login(
    request: Request,
    form: Form,
    page: Callable[[int], Response],
    sentences: tuple[str, str],
    log_in: Callable[[Attempt], Awaitable[str]],
) -> Response:
    """Open a session, under a token that nobody knew before, or show the form again.

    A copy of the request, from the browser that has that token, finds the session that is open, and
    opens no other. Sent otherwise, it opens another: a token made from the request would be known
    to who used this browser before, or gave it its cookie.

    `page` shows it with a status; `sentences` tell a refusal, and too many of them with `{wait}`.
    `log_in` returns where to go; it may raise RefusedLoginError or TooManyAttemptsError.
    """
    if not form.validate():
        return page(422)
    refused, too_many = sentences
    runtime = runtime_of(request)
    token = browser_of(request).successor()
    address = client_address(request, runtime.settings.trusted_proxies)
    try:
        url = await log_in(Attempt(address, device_of(request), token_hash(token)))
    except RefusedLoginError:
        form.refuse("", refused)
        return page(422)
    except TooManyAttemptsError as error:
        return refuse_for_a_while(form, too_many, error, page)
    browser_of(request).become(token)
    return RedirectResponse(url, 303)
