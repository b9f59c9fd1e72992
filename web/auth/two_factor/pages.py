"""The addresses and layout of the second factor's pages, for one kind of account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

from starlette.responses import Response

from web.auth.kinds import AccountKind, AnyAccount
from web.auth.two_factor.recovery_codes import shown_code
from web.core.http.request import Request
from web.core.http.templating import render


@dataclass(frozen=True)
class LoginSteps(Generic[AnyAccount]):
    """The pages around the code that one kind of account is asked for.

    `find` returns the account of this request's session, complete or not, and sets the layout of
    its pages; `complete` sets that of a session that has just become complete. `redirect` leads to
    the login, or to the next step of an account's. `step` is the URL of the step of this name, and
    `arrival` that of the page after the last one; both keep the page asked for before the login.
    """

    find: Callable[[Request], Awaitable[AnyAccount | None]]
    complete: Callable[[Request, AnyAccount], None]
    redirect: Callable[[Request, AnyAccount | None], Awaitable[Response]]
    step: Callable[[Request, str], str]
    arrival: Callable[[Request, AnyAccount], str]


@dataclass(frozen=True)
class FactorPages(Generic[AnyAccount]):
    """The pages of one kind of account.

    `prefix` begins the names of their addresses. `account` names the page that shows the setting.
    """

    kind: AccountKind[AnyAccount]
    steps: LoginSteps[AnyAccount]
    prefix: str
    account: str

    def name(self, name: str) -> str:
        """Return the full name of one of these addresses."""
        return f"{self.prefix}{name}"

    def step(self, request: Request, name: str) -> str:
        """Return the URL of one of these pages as a step of the login."""
        return self.steps.step(request, self.name(name))

    def to_account(self, request: Request) -> Response:
        """Redirect to the page that shows the setting."""
        return request.redirect(request.path(self.account))

    def render(
        self, request: Request, page: str, context: Mapping[str, Any], status: int = 200
    ) -> Response:
        """Render one of these pages."""
        shared = {"kind": self.kind.name.value, "prefix": self.prefix, "account_page": self.account}
        return render(request, f"two_factor/{page}.html", {**shared, **context}, status=status)

    def show_codes(self, request: Request, account: AnyAccount, codes: tuple[str, ...]) -> Response:
        """Render the recovery codes, in the answer to the request that generated them only."""
        if account.may_enter:
            next_url = request.path(self.account)
        else:
            next_url = self.steps.arrival(request, account)
        self.steps.complete(request, account)
        context = {"codes": [shown_code(code) for code in codes], "next_url": next_url}
        return self.render(request, "codes", context)
