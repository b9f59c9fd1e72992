"""The page that sets a second factor up: during the login, or later from the account."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import segno
from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import BaseRoute

from web.auth.kinds import AnyAccount
from web.auth.password.credentials import WrongPasswordError
from web.auth.refusals import too_many_attempts
from web.auth.sessions.devices import keep_device, read_device
from web.auth.sessions.queries import SessionOverError
from web.auth.two_factor import service
from web.auth.two_factor.code.service import RefusedCodeError
from web.auth.two_factor.forms import SecondFactorForm
from web.auth.two_factor.pages import FactorPages
from web.auth.two_factor.recovery_codes import codes_of
from web.auth.two_factor.rules import enrolment_url, secret_of, spelled
from web.auth.two_factor.service import NewFactor
from web.core.crypto.tokens import token_hash
from web.core.db.command import AlreadyDoneError
from web.core.http.forms.live_checks import build_live_check
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.rate_limit import TooManyAttemptsError
from web.people.sentences import NOT_THE_CURRENT

REFUSED = (
    "Ce code n’est pas celui que l’application doit afficher pour cette clé. Vérifiez qu’elle a "
    "bien enregistré la clé de cette page et que l’appareil est à l’heure, puis saisissez le code "
    "affiché."
)
TOO_MANY = "Trop d’essais dans cette session. Par sécurité, réessayez {when}."


class SetUpPage(FactorPages[AnyAccount]):
    """The page of a new key."""

    def routes(self, path: str) -> list[BaseRoute]:
        """Return the routes of the page at this path."""
        name = self.name("second-factor")
        check = self.guard.admit_any(build_live_check(SecondFactorForm))
        return [get(name, path, self.show_key), post(name, path, self.submit_code, check=check)]

    async def show_key(self, request: Request) -> Response:
        """Show the key for the application, and the form of the code that confirms it."""
        account = await self.guard.authenticate_any(request)
        if account is None or _awaits_another_step(account):
            return await self.guard.redirect(request)
        return self._page(request, account, SecondFactorForm.of(account))

    async def submit_code(self, request: Request) -> Response:
        """Set the second factor, and show the recovery codes once."""
        account = await self.guard.authenticate_any(request)
        if account is None:
            return await self._answer_again(request)
        if _awaits_another_step(account):
            return await self.guard.redirect(request)
        form = SecondFactorForm.of(account, request.posted)
        page = partial(self._page, request, account, form)
        if not form.validate():
            return page(422)
        codes, device = codes_of(request.derive("recovery codes")), read_device(request)
        new = NewFactor(_secret(request), form.code, codes)
        command = request.command(self.guard.path(request, "second-factor"))
        try:
            known_by = await service.set_up(
                request.runtime, self.kind, account, new, form.current_password, device, command
            )
        except WrongPasswordError:
            form.refuse("password_current", NOT_THE_CURRENT)
            return page(422)
        except RefusedCodeError:
            form.refuse("password_code", REFUSED)
            return page(422)
        except SessionOverError:
            return await self.guard.redirect(request)
        except TooManyAttemptsError as error:
            return too_many_attempts(form, TOO_MANY, error, page)
        if known_by is not None:
            keep_device(request, device, known_by)
        if account.may_enter:
            next_url = self.account_url(request)
        else:
            next_url = self.guard.arrival(request, account)
        return await self._show_codes_in_session(request, codes, next_url)

    async def _answer_again(self, request: Request) -> Response:
        """Repeat the answer of a request already carried out, while its codes are current."""
        try:
            return await self.guard.redirect(request)
        except AlreadyDoneError:
            # Its first copy set the factor, and the session continues under the next token.
            codes = codes_of(request.derive("recovery codes"))
            return await self._show_codes_in_session(request, codes, self.account_url(request))

    async def _show_codes_in_session(
        self, request: Request, codes: Sequence[str], next_url: str
    ) -> Response:
        """Show the codes in the session that continues under the next token, while current."""
        runtime, token = request.runtime, request.next_token
        account = await self.guard.authenticate(request, token_hash(token))
        if account is None or not await service.are_current(runtime, account.login_id, codes):
            return await self.guard.redirect(request)
        request.browser.set_token(token)
        return self.show_codes(request, codes, next_url)

    def _page(
        self, request: Request, account: AnyAccount, form: SecondFactorForm, status: int = 200
    ) -> Response:
        secret = _secret(request)
        url = enrolment_url(secret, account.email)
        picture = segno.make(url, error="m").svg_inline(border=4, scale=5, unit="px", light="#fff")
        context = {
            "form": form,
            "account": account,
            "action": self.guard.step(request, "second-factor"),
            "picture": Markup(picture),  # noqa: S704 - an SVG generated here
            "spelled": spelled(secret),
            "enrolment_url": url,
        }
        return self.render(request, "set_up", context, status)


def _awaits_another_step(account: AnyAccount) -> bool:
    return account.awaited_step not in ("", "second-factor")


def _secret(request: Request) -> str:
    """Derive the secret proposed to this session: stable, and not stored until confirmed."""
    text = f"second factor\x00{request.browser.token}"
    return secret_of(request.runtime.hasher.digest("second factor secret", text))
