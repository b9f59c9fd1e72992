"""The page of the login that asks for the code, after the password."""

from __future__ import annotations

from functools import partial

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from web.auth.kinds import AnyAccount
from web.auth.login.service import TooManyLoginsError
from web.auth.refusals import too_many_attempts
from web.auth.sessions.devices import keep_device, read_device
from web.auth.two_factor.code import service as code_service
from web.auth.two_factor.code.service import RefusedCodeError, is_recovery_code
from web.auth.two_factor.forms import CodeForm
from web.auth.two_factor.pages import FactorPages
from web.core.http.forms.live_checks import build_live_check
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.rate_limit import TooManyAttemptsError

REFUSED = (
    "Ce code n’est pas exact, ou il a déjà servi. Attendez que l’application affiche le suivant, "
    "puis saisissez-le ; vérifiez aussi que l’appareil est à l’heure."
)
TOO_MANY_CODES = (
    "Trop de codes de l’application ont été refusés pour ce compte. Par sécurité, réessayez "
    "{when}, ou saisissez dès maintenant un code de secours."
)
TOO_MANY_RECOVERY_CODES = (
    "Trop de codes de secours ont été refusés pour ce compte. Par sécurité, réessayez {when}."
)
TOO_MANY_LOGINS = "Ce compte a été ouvert trop de fois depuis hier. Par sécurité, réessayez {when}."


class CodePage(FactorPages[AnyAccount]):
    """The page of the code."""

    def routes(self, path: str) -> list[BaseRoute]:
        """Return the routes of the page at this path."""
        name, admit = self.name("code"), self.guard.admit_any
        check = admit(build_live_check(CodeForm))
        return [
            get(name, path, admit(self.show_code)),
            post(name, path, admit(self.submit_code), check=check),
        ]

    async def show_code(self, request: Request) -> Response:
        """Show the form of the code."""
        if (away := self._detour(request)) is not None:
            return away
        return self._page(request, CodeForm())

    async def submit_code(self, request: Request) -> Response:
        """Check the code and complete the session."""
        if (away := self._detour(request)) is not None:
            return away
        form, account = CodeForm(request.posted), self.guard.get(request)
        if not form.validate():
            return self._page(request, form, 422)
        device = read_device(request)
        command = request.command(self.guard.arrival(request, account), rotates=True)
        try:
            known_by = await code_service.verify_code(
                request.runtime, self.kind, account, form.code, device, command
            )
        except RefusedCodeError:
            form.refuse("password_code", REFUSED)
            return self._page(request, form, 422)
        except TooManyAttemptsError as error:
            sentence = _sentence(form.code, error)
            return too_many_attempts(form, sentence, error, partial(self._page, request, form))
        keep_device(request, device, known_by)
        return request.answer(command.answer)

    def _detour(self, request: Request) -> Response | None:
        """Redirect unless the login awaits a code; None when it does."""
        account = self.guard.get(request)
        if account.may_enter:
            return RedirectResponse(self.guard.arrival(request, account), 303)
        if account.awaited_step != "code":
            return RedirectResponse(self.guard.step(request, account.awaited_step), 303)
        return None

    def _page(self, request: Request, form: CodeForm, status: int = 200) -> Response:
        context = {"form": form, "action": self.guard.step(request, "code")}
        return self.render(request, "code", context, status)


def _sentence(code: str, error: TooManyAttemptsError) -> str:
    if isinstance(error, TooManyLoginsError):
        return TOO_MANY_LOGINS
    return TOO_MANY_RECOVERY_CODES if is_recovery_code(code) else TOO_MANY_CODES
