"""Access control of the pages of an account, and the redirects to its login and back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from functools import wraps
from typing import Generic, Protocol, TypeVar
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from web.auth.kept_forms import KeptForm, keep_form
from web.auth.kinds import Account, AnyAccount, Owner
from web.auth.login.redirect import (
    LOGIN_UNFINISHED,
    NOT_KEPT,
    SESSION_ENDED,
    refuse_fragment,
    return_url,
    safe_path,
    typed_form,
)
from web.auth.logins import LoginKind
from web.auth.sessions.queries import IDLE_MINUTES, SessionOverError
from web.core.crypto.vault import Vault
from web.core.db.database import Database
from web.core.http.browser.origins import SAFE_METHODS
from web.core.http.errors import listed_form
from web.core.http.forms.form_guard import fields_to_keep
from web.core.http.forms.old_forms import OldForm, list_filled_fields, old_form_of
from web.core.http.request import Handler, Request
from web.core.http.templating import wants_fragment

AccountT_co = TypeVar("AccountT_co", bound=Account, covariant=True)


class FindSession(Protocol[AccountT_co]):
    """The query that finds the session of one kind of account; it ignores those of the other."""

    async def __call__(
        self, db: Database, vault: Vault, token_digest: bytes, *, complete: bool = True
    ) -> AccountT_co | None:
        """Return the account of a live session, and note the activity.

        With `complete=True`, only a session whose login is complete, its second factor included, is
        found; with `complete=False`, only one whose login is not.
        """


@dataclass(frozen=True)
class Guard(Generic[AnyAccount]):
    """The guard of one kind of account.

    `prefix` starts the names of its routes. A login may return to the pages that `roots` name, and
    to those below them. `account` names the page of the account's settings. `extends_early`: a
    session can be extended before its login is complete.
    """

    kind: LoginKind
    find_session: FindSession[AnyAccount]
    prefix: str
    roots: tuple[str, ...]
    account: str
    extends_early: bool = False

    def admit(self, handler: Handler) -> Handler:
        """Require a session whose login is complete; redirect others to the login, then back.

        A form sent after its session had ended is kept, and shown again after login.
        """
        return self._guarded(handler, self.authenticate)

    def admit_any(self, handler: Handler) -> Handler:
        """Require a session, its login complete or not: for the steps of the login."""
        return self._guarded(handler, self.authenticate_any)

    def admit_before(self, step: str) -> Callable[[Handler], Handler]:
        """Require a session whose login is complete, or awaits only this step."""

        async def find(request: Request) -> AnyAccount | None:
            return await self.authenticate_before(request, step)

        return lambda handler: self._guarded(handler, find)

    async def authenticate(
        self, request: Request, token_digest: bytes | None = None, *, complete: bool = True
    ) -> AnyAccount | None:
        """Return the account of this request's session, None without one.

        Has two effects: the session's last activity is updated, and the request gets the account
        and the layout of its pages. `complete` is that of FindSession. `token_digest` is that of
        the session's token, by default the one that the request carries.
        """
        if account := await self._find(request, token_digest, complete=complete):
            self._set_layout(request, account)
        return account

    async def authenticate_any(self, request: Request) -> AnyAccount | None:
        """Do the same whether or not the login of the session is complete."""
        return await self.authenticate(request) or await self.authenticate(request, complete=False)

    async def authenticate_before(self, request: Request, step: str) -> AnyAccount | None:
        """Do the same if the login of the session is complete, or awaits only this step."""
        if (account := await self.authenticate(request)) is not None:
            return account
        account = await self._find(request, None, complete=False)
        if account is None or account.awaited_step != step:
            return None
        self._set_layout(request, account)
        return account

    def get(self, request: Request) -> AnyAccount:
        """Return the account that this guard admitted."""
        account: AnyAccount = request.state.signed_in
        return account

    def path(self, request: Request, name: str) -> str:
        """Return the URL of a page of this kind of account, named without the prefix."""
        return request.path(f"{self.prefix}{name}")

    def step(self, request: Request, name: str) -> str:
        """Return the URL of the login step of this name, which keeps the page asked for."""
        return self._with_next(request, name, _page_asked_for(request))

    def arrival(self, request: Request, owner: Owner) -> str:
        """Return the URL after a login: the page asked for if it is allowed, else the home page."""
        home = request.path(owner.home)
        allowed = (home, self.path(request, "resume"), request.path(self.account))
        return safe_path(_page_asked_for(request), allowed, home)

    async def redirect(self, request: Request) -> Response:
        """Redirect to the login or its next step, which returns to this page or form."""
        if account := await self.authenticate(request, complete=False):
            return await self._redirect_to_step(request, account.awaited_step)
        return await self._redirect_to_login(request)

    async def _redirect_to_step(self, request: Request, step: str) -> Response:
        """Redirect to a step of the login, which returns to this page or to the form being sent.

        The form of a session that was complete is kept: new terms added a step to its login.
        """
        if request.method not in SAFE_METHODS:
            await request.check_not_done()
        typed = typed_form(request)
        kept = typed is not None and await self._keep(request, typed)
        if wants_fragment(request) and not kept:
            return refuse_fragment(LOGIN_UNFINISHED)
        if kept:
            request.notify("saisie-a-reprendre")
        next_url = self.path(request, "resume") if kept else self._return_url(request)
        return _leave(request, self._with_next(request, step, next_url))

    async def _redirect_to_login(self, request: Request) -> Response:
        """Redirect to the login, which returns to this page or to the form that was being sent.

        A fragment request leaves the page only if the input was kept. Any other request gets the
        list of an input that could not be kept, for copying. Raises AlreadyDoneError for a late
        copy of a POST, whose first copy may have ended or rotated the session.
        """
        is_write = request.method not in SAFE_METHODS
        if is_write:
            await request.check_not_done()
        browser, typed = request.browser, typed_form(request)
        kept = typed is not None and await self._keep(request, typed)
        if wants_fragment(request) and not kept:
            return refuse_fragment(NOT_KEPT if typed else SESSION_ENDED)
        next_url = self.path(request, "resume") if kept else self._return_url(request)
        url = self._with_next(request, "login", next_url)
        if is_write and not kept:
            lost = OldForm(request.url.path, "", fields_to_keep(request.posted))
            if list_filled_fields(request.app.routes, lost):
                return listed_form(request, lost, url, session_over=True)
        if browser.is_known:
            request.notify("saisie-gardee" if kept else "session-terminee")
        return _leave(request, url)

    async def _keep(self, request: Request, typed: KeptForm) -> bool:
        """Keep a form for the account of the session that ended; return False if none is found.

        The session is the one in which the form was made, if that was logged out; otherwise the
        browser's, unless the form may come from another site.
        """
        runtime, browser, old = request.runtime, request.browser, old_form_of(request)
        if old is None:
            return await keep_form(runtime, self.kind, browser.digest, typed)
        if await keep_form(runtime, self.kind, old.ended_digest, typed):
            browser.allow_cookies()
            old.is_stored = True
        elif old.is_ours:
            old.is_stored = await keep_form(runtime, self.kind, browser.digest, typed)
        return old.is_stored

    async def _find(
        self, request: Request, token_digest: bytes | None, *, complete: bool
    ) -> AnyAccount | None:
        """Return the account of a session, and note the activity."""
        runtime, browser = request.runtime, request.browser
        if token_digest is None and not browser.is_known:
            return None
        digest = token_digest or browser.digest
        return await self.find_session(runtime.db, runtime.vault, digest, complete=complete)

    def _guarded(
        self, handler: Handler, find: Callable[[Request], Awaitable[AnyAccount | None]]
    ) -> Handler:
        """Call the handler if an account is found; its session may end meanwhile."""

        @wraps(handler)
        async def guarded(request: Request) -> Response:
            if await find(request) is None:
                return await self.redirect(request)
            try:
                return await handler(request)
            except SessionOverError:
                return await self.redirect(request)

        return guarded

    def _set_layout(self, request: Request, account: AnyAccount) -> None:
        """Set the request's account, its layout and the data of its session warning."""
        extends = account.may_enter or self.extends_early
        request.state.signed_in = account
        request.state.space = account.space
        request.state.session_idle_minutes = IDLE_MINUTES
        request.state.extend_url = self.path(request, "extend" if extends else account.awaited_step)
        request.state.session_ends_at = account.ends_at

    def _return_url(self, request: Request) -> str:
        return return_url(request, self.path(request, "login"))

    def _with_next(self, request: Request, step: str, next_url: str) -> str:
        """Return the URL of a login step, with the next URL if a login may return to it."""
        login = self.path(request, "login")
        roots: Collection[str] = [request.path(name) for name in self.roots]
        next_url = safe_path(next_url, roots, login)
        url = self.path(request, step)
        return url if next_url == login else f"{url}?suite={quote(next_url)}"


def _leave(request: Request, url: str) -> Response:
    """Redirect to another page, for a fragment request too."""
    if wants_fragment(request):
        return Response(status_code=204, headers={"HX-Redirect": url})
    return RedirectResponse(url, 303)


def _page_asked_for(request: Request) -> str:
    """Return the URL asked for before the login, unchecked."""
    return request.query_params.get("suite", "")
