"""Pages to renew and download recovery codes, and to remove the second factor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from web.auth.kinds import AnyAccount
from web.auth.password.credentials import WrongPasswordError
from web.auth.refusals import too_many_attempts
from web.auth.two_factor import service
from web.auth.two_factor.forms import ConfirmForm
from web.auth.two_factor.pages import FactorPages
from web.auth.two_factor.recovery_codes import DIGITS, codes_of, shown_code
from web.core.db.command import AlreadyDoneError
from web.core.http.forms.live_checks import build_live_check
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.rate_limit import TooManyAttemptsError
from web.domain.text.separators import without_separators
from web.filters import french_date
from web.people.sentences import NOT_THE_CURRENT, TOO_MANY_CONFIRMATIONS

Attempt = Callable[[str], Awaitable[None]]


class SettingPages(FactorPages[AnyAccount]):
    """The pages for a second factor in place."""

    def routes(self, removal: str, codes: str, file: str) -> list[BaseRoute]:
        """Return the routes of these pages, and of the file of codes, at these paths."""
        admit, name = self.guard.admit, self.name
        check = admit(build_live_check(ConfirmForm))
        return [
            get(name("second-factor-removal"), removal, admit(self.show_removal)),
            post(name("second-factor-removal"), removal, admit(self.submit_removal), check=check),
            get(name("recovery-codes"), codes, admit(self.show_renewal)),
            post(name("recovery-codes"), codes, admit(self.submit_renewal), check=check),
            post(name("recovery-codes-file"), file, admit(self.download_codes)),
        ]

    async def show_renewal(self, request: Request) -> Response:
        """Show the form that asks for the password before renewing the recovery codes."""
        if not self.guard.get(request).has_second_factor:
            return request.redirect(self.account_url(request))
        return self.render(request, "renewal", {"form": ConfirmForm()})

    async def submit_renewal(self, request: Request) -> Response:
        """Generate new recovery codes, and show them once."""
        account, runtime = self.guard.get(request), request.runtime
        if not account.has_second_factor:
            return request.redirect(self.account_url(request))
        codes = codes_of(request.derive("recovery codes"))
        command = request.command(self.guard.path(request, "recovery-codes"))

        async def renew(password: str) -> None:
            # A copy of the request shows the same codes, while they are current.
            with suppress(AlreadyDoneError):
                await service.renew_codes(runtime, self.kind, account, password, codes, command)

        refused = await self._with_password(request, "renewal", renew)
        if refused is not None:
            return refused
        if not await service.are_current(runtime, account.login_id, codes):
            return request.redirect(self.account_url(request))
        return self.show_codes(request, codes, self.account_url(request))

    async def download_codes(self, request: Request) -> Response:
        """Return the codes just shown as a text file; redirect unless all of them are current."""
        account, runtime = self.guard.get(request), request.runtime
        typed = request.posted.getlist("password_codes")
        codes = [without_separators(str(text)) for text in typed]
        if not await service.are_current(runtime, account.login_id, codes):
            return request.redirect(self.account_url(request))
        lines = [
            "Compte Formation – codes de secours",
            account.label,
            f"Donnés le {french_date(runtime.clock.today())}. Chaque code sert une fois.",
            "",
            *(shown_code(code) for code in codes if len(code) == DIGITS),
        ]
        headers = {"Content-Disposition": 'attachment; filename="codes-de-secours.txt"'}
        return Response("\r\n".join(lines) + "\r\n", media_type="text/plain", headers=headers)

    async def show_removal(self, request: Request) -> Response:
        """Show the consequences of removing the second factor, and the form."""
        account = self.guard.get(request)
        if account.must_have_second_factor:
            raise HTTPException(403)
        if not account.has_second_factor:
            return request.redirect(self.account_url(request))
        return self.render(request, "removal", {"form": ConfirmForm()})

    async def submit_removal(self, request: Request) -> Response:
        """Remove the second factor."""
        account = self.guard.get(request)
        if account.must_have_second_factor:
            raise HTTPException(403)
        command = request.command(self.account_url(request), "second-facteur-retire")

        async def remove(password: str) -> None:
            await service.remove(request.runtime, self.kind, account, password, command)

        refused = await self._with_password(request, "removal", remove)
        if refused is not None:
            return refused
        return request.answer(command.answer)

    async def _with_password(
        self, request: Request, page_name: str, attempt: Attempt
    ) -> Response | None:
        """Run the attempt with the password entered; return the error page if it fails."""
        form = ConfirmForm(request.posted)

        def page(status: int) -> Response:
            return self.render(request, page_name, {"form": form}, status)

        if not form.validate():
            return page(422)
        try:
            await attempt(form.password_current.data or "")
        except WrongPasswordError:
            form.refuse("password_current", NOT_THE_CURRENT)
            return page(422)
        except TooManyAttemptsError as error:
            return too_many_attempts(
                form, TOO_MANY_CONFIRMATIONS, error, page, field="password_current"
            )
        return None
