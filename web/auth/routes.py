"""« Modifier votre mot de passe » and « Mes connexions », for both kinds of account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic
from uuid import UUID

from starlette.responses import Response
from starlette.routing import BaseRoute

from web.auth import service
from web.auth.guard import Guard
from web.auth.kinds import AccountKind, AnyAccount
from web.auth.password.page import PasswordPage, answer_password_check, strength_of_typed
from web.auth.sessions.devices import read_device
from web.auth.sessions.queries import end_session, list_live_sessions
from web.core.db.command import Command
from web.core.http.fragments import htmx_only
from web.core.http.request import Request
from web.core.http.routing import ask, get, post
from web.core.http.templating import render


@dataclass(frozen=True)
class SecurityPages(Generic[AnyAccount]):
    """The pages of one kind of account.

    `root` starts their paths. `cancel` names the page that « Annuler » leads to, and `history` that
    of the account's history, if it has one.
    """

    kind: AccountKind[AnyAccount]
    guard: Guard[AnyAccount]
    root: str
    cancel: str
    history: str = ""

    @property
    def routes(self) -> list[BaseRoute]:
        """The routes of these pages."""
        admit, name = self.guard.admit, self._name
        password, sessions = f"{self.root}/mot-de-passe", f"{self.root}/connexions"
        strength = admit(htmx_only()(self.show_strength))
        one, others = "{session_id:uuid}/fermer", "fermer-les-autres"
        return [
            get(name("password"), password, admit(self.show_password)),
            post(
                name("password"),
                password,
                admit(self.submit_password),
                check=admit(self.check_password),
            ),
            ask(name("password-strength"), f"{password}/robustesse", strength),
            get(name("sessions"), sessions, admit(self.show_sessions)),
            post(name("sessions-end-others"), f"{sessions}/{others}", admit(self.end_others)),
            post(name("session-end"), f"{sessions}/{one}", admit(self.end_one)),
        ]

    async def show_password(self, request: Request) -> Response:
        """Show « Modifier votre mot de passe »."""
        return self._password_page.show(request, self.guard.get(request).password_owner)

    async def submit_password(self, request: Request) -> Response:
        """Change the password, and rotate the session token."""
        account = self.guard.get(request)

        async def change(current: str, new: str, command: Command) -> None:
            passwords, device = (current, new), read_device(request)
            await service.change_password(
                request.runtime, self.kind, account, passwords, device, command
            )

        return await self._password_page.submit(request, account.password_owner, change)

    async def check_password(self, request: Request) -> Response:
        """Answer a live check of the new password."""
        return answer_password_check(request, self.guard.get(request).password_owner)

    async def show_strength(self, request: Request) -> Response:
        """Render the strength of the password being typed."""
        return strength_of_typed(request, self.guard.get(request).password_owner)

    async def show_sessions(self, request: Request) -> Response:
        """Show « Mes connexions »."""
        login_id, digest = self.guard.get(request).login_id, request.browser.digest
        context = {
            "sessions": await list_live_sessions(request.runtime.db, login_id, digest),
            "prefix": self.guard.prefix,
            "history": self.history,
        }
        return render(request, "security/sessions.html", context)

    async def end_one(self, request: Request) -> Response:
        """End one session; ignore one that is over, or another account's."""
        session_id: UUID = request.path_params["session_id"]
        login_id = self.guard.get(request).login_id
        await end_session(request.runtime.db, login_id, session_id, request.device)
        return request.redirect(self.guard.path(request, "sessions"), "connexion-fermee")

    async def end_others(self, request: Request) -> Response:
        """End all sessions but this one."""
        await service.end_others(
            request.runtime, self.guard.get(request), request.browser.digest, read_device(request)
        )
        return request.redirect(self.guard.path(request, "sessions"), "connexions-fermees")

    @property
    def _password_page(self) -> PasswordPage:
        return PasswordPage(self._name("password"), self.cancel, self._name("sessions"))

    def _name(self, name: str) -> str:
        return f"{self.guard.prefix}{name}"
