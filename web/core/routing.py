"""The routes of the application: pages, and the forms that are sent from them."""

from __future__ import annotations

from starlette.routing import Route

from web.core.forms import Form


class FormRoute(Route):
    """A POST. `form` names what is typed, in the words of its labels; `page` shows it.

    Without `page`, it is the nearest page above in the path. One that `writes` is carried out once:
    it needs its idempotency key.
    """

    def __init__(
        self,
        path: str,
        handler: object,
        form: type[Form] | None = None,
        page: str = "",
        *,
        writes: bool = True,
    ) -> None:
        super().__init__(path, handler, methods=["POST"])  # type: ignore[arg-type]
        self.form = form
        self.page = page
        self.writes = writes


def get(path: str, handler: object) -> Route:
    """A page, or a fragment of one."""
    return Route(path, handler, methods=["GET"])  # type: ignore[arg-type]


def post(path: str, handler: object, form: type[Form] | None = None, page: str = "") -> Route:
    """A form: what is typed in it, and where it is if that is not the page above in the path."""
    return FormRoute(path, handler, form, page)


def ask(path: str, handler: object) -> Route:
    """A part of a page made from what is being typed: nothing is written."""
    return FormRoute(path, handler, writes=False)
