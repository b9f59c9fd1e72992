"""Constructors of routes: pages, and the forms sent from them.

Each names its address (web.core.addresses); the GET and the POST of one path share the name.
"""

from __future__ import annotations

from starlette.routing import Match, Route
from starlette.types import Scope

from web.core.http.forms.forms import Form
from web.core.http.forms.live_checks import with_live_check
from web.core.http.request import Endpoint, Handler, with_context


class PageRoute(Route):
    """A route that compares the start of a path before it tries its pattern.

    A request is matched against up to 150 routes before its own.
    """

    def __init__(self, path: str, endpoint: Endpoint, *, name: str, methods: list[str]) -> None:
        super().__init__(path, endpoint, name=name, methods=methods)
        self._start = path.partition("{")[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether the route matches the scope, and the scope's additions."""
        if not scope["path"].startswith(self._start):
            return Match.NONE, {}
        return super().matches(scope)


class FormRoute(PageRoute):
    """A POST route. `form` gives the labels of what is typed; `page` is the page with the form.

    `page` defaults to the nearest ancestor of the path. A route that `writes` is idempotent: it
    requires its idempotency key. `check` answers its live checks, if it has any
    (web.core.http.forms.live_checks). `one_click`: it also takes the POST of RFC 8058, without a
    CSRF token.
    """

    def __init__(
        self,
        name: str,
        path: str,
        handler: Handler,
        form: type[Form] | None = None,
        page: str = "",
        *,
        writes: bool = True,
        check: Handler | None = None,
        one_click: bool = False,
    ) -> None:
        endpoint = with_live_check(handler, check)
        super().__init__(path, with_context(endpoint), name=name, methods=["POST"])
        self.form = form
        self.page = page
        self.writes = writes
        self.check = check
        self.one_click = one_click


def get(name: str, path: str, handler: Handler) -> Route:
    """Return the route of a page, or of a fragment."""
    return PageRoute(path, with_context(handler), name=name, methods=["GET"])


def post(
    name: str,
    path: str,
    handler: Handler,
    form: type[Form] | None = None,
    page: str = "",
    check: Handler | None = None,
) -> Route:
    """Return the route of a form; see FormRoute."""
    return FormRoute(name, path, handler, form, page, check=check)


def post_one_click(name: str, path: str, handler: Handler) -> Route:
    """Return the route of a page's button, that a mail program may press for its reader."""
    return FormRoute(name, path, handler, one_click=True)


def ask(name: str, path: str, handler: Handler) -> Route:
    """Return the route of a fragment computed from unsaved input, without any write."""
    return FormRoute(name, path, handler, writes=False)
