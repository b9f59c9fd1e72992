"""Constructors of routes: pages, and the forms sent from them."""

from __future__ import annotations

from starlette.routing import Route

from web.core.forms import Form
from web.core.request import Handler, with_context


class FormRoute(Route):
    """A POST route. `form` gives the labels of what is typed; `page` is the page with the form.

    `page` defaults to the nearest ancestor of the path. A route that `writes` is idempotent: it
    requires its idempotency key.
    """

    def __init__(
        self,
        path: str,
        handler: Handler,
        form: type[Form] | None = None,
        page: str = "",
        *,
        writes: bool = True,
    ) -> None:
        super().__init__(path, with_context(handler), methods=["POST"])
        self.form = form
        self.page = page
        self.writes = writes


def get(path: str, handler: Handler) -> Route:
    """Return the route of a page, or of a fragment."""
    return Route(path, with_context(handler), methods=["GET"])


def post(path: str, handler: Handler, form: type[Form] | None = None, page: str = "") -> Route:
    """Return the route of a form; see FormRoute."""
    return FormRoute(path, handler, form, page)


def ask(path: str, handler: Handler) -> Route:
    """Return the route of a fragment computed from unsaved input, without any write."""
    return FormRoute(path, handler, writes=False)
