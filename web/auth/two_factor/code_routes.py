"""The step of the login that asks for the code, after the password."""

from __future__ import annotations

from functools import partial

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from web.auth.kinds import AnyAccount
from web.auth.login.attempt_limits import ResetNeededError
from web.auth.login.service import TooManyLoginsError
from web.auth.refusals import too_many_attempts
from web.auth.sessions.devices import keep_device, read_device
from web.auth.sessions.queries import SessionOverError
from web.auth.two_factor import code_service
from web.auth.two_factor.code_service import RefusedCodeError
from web.auth.two_factor.forms import CodeForm
from web.auth.two_factor.pages import FactorPages
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.rate_limit import TooManyAttemptsError

REFUSED = (
    "Ce code n’est pas exact, ou il a déjà servi. Attendez que l’application affiche le suivant, "
    "puis saisissez-le ; vérifiez aussi que l’appareil est à l’heure."
)
RESET_NEEDED = (
    "Trop d’essais ont échoué pour ce compte depuis des navigateurs que nous ne reconnaissons "
    "pas : par sécurité, les codes n’y suffisent plus. Choisissez d’abord un nouveau mot de passe "
    "avec le lien « Mot de passe oublié »."
)
TOO_MANY = "Trop de codes ont été refusés pour ce compte. Par sécurité, réessayez {when}."
TOO_MANY_LOGINS = "Ce compte a été ouvert trop de fois depuis hier. Par sécurité, réessayez {when}."


class CodePage(FactorPages[AnyAccount]):
    """The page of the code."""

    def routes(self, path: str) -> list[BaseRoute]:
        """Return the routes of the page at this path."""
        name = self.name("code")
        return [get(name, path, self.show_code), post(name, path, self.submit_code)]

    async def show_code(self, request: Request) -> Response:
        """Show the form of the code."""
        account = await self.steps.find(request)
        if (away := await self._detour(request, account)) is not None:
            return away
        return self._page(request, CodeForm())

    async def submit_code(self, request: Request) -> Response:
        """Check the code and complete the session."""
        account = await self.steps.find(request)
        if account is None:
            return await self.steps.redirect(request, None)
        if (away := await self._detour(request, account)) is not None:
            return away
        form = CodeForm(request.posted)
        if not form.validate():
            return self._page(request, form, 422)
        device = read_device(request)
        command = request.command(self.steps.arrival(request, account), rotates=True)
        try:
            known_by = await code_service.verify_code(
                request.runtime, self.kind, account, form.code, device, command
            )
        except RefusedCodeError:
            form.refuse("password_code", REFUSED)
            return self._page(request, form, 422)
        except ResetNeededError:
            form.refuse("password_code", RESET_NEEDED)
            return self._page(request, form, 422)
        except SessionOverError:
            return await self.steps.redirect(request, None)
        except TooManyAttemptsError as error:
            sentence = TOO_MANY_LOGINS if isinstance(error, TooManyLoginsError) else TOO_MANY
            return too_many_attempts(form, sentence, error, partial(self._page, request, form))
        keep_device(request, device, known_by)
        return request.answer(command.answer)

    async def _detour(self, request: Request, account: AnyAccount | None) -> Response | None:
        """Redirect unless the login awaits a code; None when it does."""
        if account is None:
            return await self.steps.redirect(request, None)
        if account.may_enter:
            return RedirectResponse(self.steps.arrival(request, account), 303)
        if not account.has_second_factor:
            return RedirectResponse(self.step(request, "second-factor"), 303)
        return None

    def _page(self, request: Request, form: CodeForm, status: int = 200) -> Response:
        context = {"form": form, "action": self.step(request, "code")}
        return self.render(request, "code", context, status)
