"""Logout, and the form kept when a session ended, for both kinds of account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from starlette.responses import Response
from starlette.routing import BaseRoute

from web.auth import service
from web.auth.guard import Guard
from web.auth.kept_forms import find_kept_form, forget_kept_form
from web.auth.kinds import AnyAccount
from web.core.http.errors import listed_form
from web.core.http.forms.old_forms import ShownAgain
from web.core.http.request import Request
from web.core.http.routing import get, post


@dataclass(frozen=True)
class SessionPages(Generic[AnyAccount]):
    """The pages of one kind of account.

    `logout` and `resume` are their paths; `inside` is that of a page with the button to log out.
    `logged_out` is the event to log.
    """

    guard: Guard[AnyAccount]
    logout: str
    inside: str
    resume: str
    logged_out: str

    @property
    def routes(self) -> list[BaseRoute]:
        """The routes of these pages."""
        admit, prefix = self.guard.admit, self.guard.prefix
        resume = f"{prefix}resume"
        return [
            post(f"{prefix}logout", self.logout, self.submit_logout, page=self.inside),
            get(resume, self.resume, admit(self.show_resume)),
            post(resume, self.resume, admit(self.drop_resume)),
        ]

    async def submit_logout(self, request: Request) -> Response:
        """End this browser's session, complete or not."""
        browser = request.browser
        digests = browser.digest, browser.ended_digest
        await service.log_out(request.runtime, digests, request.device, self.logged_out)
        browser.rotate()
        return request.redirect(self.guard.path(request, "login"), "deconnecte")

    async def show_resume(self, request: Request) -> Response:
        """Show the form kept when the session ended, in its own page."""
        account = self.guard.get(request)
        kept = await find_kept_form(request.runtime, account.login_id)
        if kept is None:
            return request.redirect(request.path(account.home))
        drop_url = self.guard.path(request, "resume")
        return ShownAgain(request, kept.to_show(drop_url), listed_form)

    async def drop_resume(self, request: Request) -> Response:
        """Delete the kept form (« Ne rien envoyer »)."""
        account = self.guard.get(request)
        await forget_kept_form(request.runtime, account.login_id)
        return request.redirect(request.path(account.home), "saisie-oubliee")
