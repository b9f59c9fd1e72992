"""The login page, and the extension of a session, for both kinds of account."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Generic

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from web.auth.guard import Guard
from web.auth.kinds import AnyAccount, AnyOwner
from web.auth.login.forms import LoginForm
from web.auth.login.queries import NextStep
from web.auth.login.service import (
    BlockedAccountError,
    Opened,
    PasswordLogin,
    ResetNeededError,
)
from web.auth.logins import LoginKind
from web.auth.password.credentials import Attempt, RefusedLoginError
from web.auth.refusals import too_many_attempts
from web.auth.sessions.devices import keep_device, read_device
from web.core.crypto.tokens import token_hash
from web.core.db.database import DatabaseUnavailableError
from web.core.http.forms.live_checks import build_live_check
from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
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
class LoginPages(Generic[AnyOwner, AnyAccount]):
    """The pages of one kind of account.

    `path` and `extend` are their paths; `template` is the template of the login page.
    """

    login: PasswordLogin[AnyOwner]
    guard: Guard[AnyAccount]
    form: type[LoginForm]
    sentences: Sentences
    template: str
    path: str
    extend: str

    @property
    def routes(self) -> list[BaseRoute]:
        """The routes of these pages."""
        guard, name = self.guard, f"{self.guard.prefix}login"
        admit = guard.admit_any if guard.extends_early else guard.admit
        return [
            get(name, self.path, self.show_login),
            post(name, self.path, self.submit_login, self.form, check=build_live_check(self.form)),
            get(f"{guard.prefix}extend", self.extend, admit(self.show_extended)),
        ]

    async def show_login(self, request: Request) -> Response:
        """Show the login page, with a link to the space for someone already signed in."""
        arrival = ""
        # The page needs no database: without one, it is shown as to visitors not signed in.
        with suppress(DatabaseUnavailableError):
            if account := await self.guard.authenticate(request):
                arrival = self.guard.arrival(request, account)
        return self._page(request, filled_again(request, self.form()), arrival=arrival)

    async def submit_login(self, request: Request) -> Response:
        """Open a session under a fresh random token, or show the form again.

        A copy of the request from the browser that received that token finds the session open, and
        opens no other. Any other copy opens another session: a token derived from the request would
        be known to anyone who used this browser before, or set its cookie.
        """
        form = self.form(request.posted)
        page = partial(self._page, request, form)
        if not form.validate():
            return page(422)
        token, device = request.browser.replacement_token(), read_device(request)
        attempt = Attempt(request.address, device, token_hash(token))
        password = form.password.data or ""
        try:
            opened = await self.login.log_in(request.runtime, form.identifier, password, attempt)
        except RefusedLoginError:
            form.refuse("", self.sentences.refused)
            return page(422)
        except ResetNeededError:
            form.refuse("", RESET_NEEDED)
            return page(422)
        except BlockedAccountError:
            # Only the owner of the password sees it: a wrong one is refused as for any account.
            return render(request, "security/blocked.html", {}, status=403)
        except TooManyAttemptsError as error:
            return too_many_attempts(form, self.sentences.too_many, error, page)
        if opened.known_by is not None:
            keep_device(request, device, opened.known_by)
        request.browser.set_token(token)
        return RedirectResponse(self._next_url(request, opened), 303)

    async def show_extended(self, request: Request) -> Response:
        """Extend the session; the warning's link opens another tab, so that no input is lost."""
        is_titulaire = self.guard.kind is LoginKind.TITULAIRE
        return render(request, "security/extended.html", {"is_titulaire": is_titulaire})

    def _next_url(self, request: Request, opened: Opened[AnyOwner]) -> str:
        if opened.step is NextStep.NOTHING:
            return self.guard.arrival(request, opened.owner)
        return self.guard.step(request, opened.step.value)

    def _page(
        self, request: Request, form: LoginForm, status: int = 200, *, arrival: str = ""
    ) -> Response:
        """Render the page; `arrival` is the URL of its link for someone signed in."""
        action = self.guard.step(request, "login")
        context = {"form": form, "action": action, "arrival": arrival}
        return render(request, self.template, context, status=status)
