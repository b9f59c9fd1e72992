"""Handling of a submitted login form, shared by all spaces."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from web.auth.login.attempt_limits import ResetNeededError
from web.auth.password.credentials import Attempt, RefusedLoginError
from web.auth.refusals import too_many_attempts
from web.auth.sessions.devices import keep_device, read_device
from web.core.crypto.tokens import token_hash
from web.core.http.forms.forms import Form
from web.core.http.request import Request
from web.core.rate_limit import TooManyAttemptsError

RESET_NEEDED = (
    "Trop d’essais ont échoué pour cet identifiant. Par sécurité, le mot de passe seul ne suffit "
    "plus dans un navigateur que nous ne reconnaissons pas. Suivez le lien « Mot de passe oublié » "
    "pour en choisir un nouveau, et vous pourrez aussitôt vous identifier ici."
)


@dataclass(frozen=True)
class Sentences:
    """The messages for a refused login and for too many attempts (with `{when}`)."""

    refused: str
    too_many: str


@dataclass(frozen=True)
class LoginResult:
    """The next URL after a login, and the digest of the device token to keep, if any yet."""

    url: str
    known_by: bytes | None


async def answer_login(
    request: Request,
    form: Form,
    page: Callable[[int], Response],
    sentences: Sentences,
    log_in: Callable[[Attempt], Awaitable[LoginResult]],
) -> Response:
    """Open a session under a fresh random token, or show the form again.

    A copy of the request from the browser that received that token finds the open session and
    opens no other. Any other copy opens another one: a token derived from the request would be
    known to whoever used this browser before, or planted its cookie.

    `page` renders the form with a status. `log_in` may raise RefusedLoginError, ResetNeededError
    or TooManyAttemptsError.
    """
    if not form.validate():
        return page(422)
    token = request.browser.replacement_token()
    address = request.address
    device = read_device(request)
    try:
        entered = await log_in(Attempt(address, device, token_hash(token)))
    except RefusedLoginError:
        form.refuse("", sentences.refused)
        return page(422)
    except ResetNeededError:
        form.refuse("", RESET_NEEDED)
        return page(422)
    except TooManyAttemptsError as error:
        return too_many_attempts(form, sentences.too_many, error, page)
    if entered.known_by is not None:
        keep_device(request, device, entered.known_by)
    request.browser.set_token(token)
    return RedirectResponse(entered.url, 303)
