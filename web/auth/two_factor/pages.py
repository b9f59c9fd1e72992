"""The guard, addresses and layout of the second factor's pages, for one kind of account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from starlette.responses import Response

from web.auth.guard import Guard
from web.auth.kinds import AccountKind, AnyAccount
from web.auth.two_factor.recovery_codes import shown_code
from web.core.http.request import Request
from web.core.http.templating import render


@dataclass(frozen=True)
class FactorPages(Generic[AnyAccount]):
    """The pages of one kind of account, whose settings page shows the second factor."""

    kind: AccountKind[AnyAccount]
    guard: Guard[AnyAccount]

    def name(self, name: str) -> str:
        """Return the full name of one of these addresses."""
        return f"{self.guard.prefix}{name}"

    def account_url(self, request: Request) -> str:
        """Return the URL of the page that shows the setting."""
        return request.path(self.guard.account)

    def render(
        self, request: Request, page: str, context: Mapping[str, Any], status: int = 200
    ) -> Response:
        """Render one of these pages."""
        shared = {
            "kind": self.kind.name.value,
            "prefix": self.guard.prefix,
            "account_page": self.guard.account,
        }
        return render(request, f"two_factor/{page}.html", {**shared, **context}, status=status)

    def show_codes(self, request: Request, codes: Sequence[str], next_url: str) -> Response:
        """Render the recovery codes, in the answer to the request that generated them only."""
        context = {"codes": [shown_code(code) for code in codes], "next_url": next_url}
        return self.render(request, "codes", context)
