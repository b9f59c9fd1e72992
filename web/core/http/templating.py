"""Rendering of pages and fragments: one URL, two renderings.

A page includes its fragments; an htmx request gets the fragment alone, so that each part has one
source and a swapped page equals the reloaded one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from starlette.responses import HTMLResponse

from web.core.addresses import Addresses
from web.core.crypto.tokens import new_token
from web.core.http.assets import Assets
from web.core.http.browser.csrf import CSRF_FIELD
from web.core.http.forms.idempotency import KEY_FIELD
from web.core.http.forms.live_checks import live_check_url
from web.core.http.forms.old_forms import OldForm, old_form_of
from web.core.http.forms.tags import described_by, live
from web.core.http.request import Request
from web.core.http.template_compiler import CompiledEnvironment
from web.core.mail.kinds import awaited, receipt

HIDDEN_NAME, HIDDEN_VALUE = Markup('<input type="hidden" name="'), Markup('" value="')
HIDDEN_END = Markup('">')

_current: ContextVar[Request] = ContextVar("request_being_rendered")


@dataclass(frozen=True)
class Link:
    """A menu entry."""

    url: str
    text: str
    # The value of aria-current: "page" on its own page, "true" on those below it.
    current: str = ""

    def at(self, path: str, home: str) -> Link:
        """Return a copy marked for the page at `path`; nothing is below `home`."""
        if self.url == path:
            return replace(self, current="page")
        is_above = self.url != home and path.startswith(f"{self.url}/")
        return replace(self, current="true") if is_above else self


@dataclass(frozen=True)
class Notice:
    """A flash message, set by the previous action; `next_step` names a page, and words its link."""

    kind: str
    text: str
    next_step: tuple[str, str] | None = None


@dataclass(frozen=True)
class Banner:
    """A sentence above every page, and the link that follows it."""

    text: str
    link: Link | None = None


@dataclass(frozen=True)
class Space:
    """The layout of one kind of account; `name_prefix` precedes the account's name.

    `login` is the URL for opening another session before this one ends.
    """

    home: str
    login: str
    logout: str
    name_prefix: str
    label: str
    account: Sequence[Link] = ()
    nav: Sequence[Link] = ()


@dataclass(frozen=True)
class Menus:
    """The links of the layout, passed by the application, which alone knows the features."""

    main: Sequence[Link] = ()
    footer: Sequence[Link] = ()
    spaces: Mapping[str, Space] | None = None
    notices: Mapping[str, Notice] | None = None
    banner: Banner | None = None


@dataclass(frozen=True)
class Page:
    """The `page` variable of every full page; see `templates/base.html`."""

    path: str
    has_errors: bool
    signed_in: Any
    flash: Notice | None
    banner: Banner | None
    session_idle_minutes: int | None
    extend_url: str
    # When the session ends, without further activity.
    idle_ends_at: datetime | None
    # The absolute end of the session; set once it is near.
    session_ends_at: datetime | None
    # The items of the menus, rendered; `main` is that of the public site.
    main: Markup
    footer: Markup
    account: Markup
    nav: Markup
    # None when not signed in.
    space: Space | None
    # The stale form that this page shows again.
    old_form: OldForm | None

    @property
    def has_flash(self) -> bool:
        """Return whether a message is shown above the page."""
        return bool(self.flash or self.session_ends_at or self.old_form)


class Templates:
    """The Jinja environment, with the globals that pages share."""

    def __init__(self, assets: Assets, menus: Menus, addresses: Addresses) -> None:
        self._menus = menus
        # A menu has as many forms as links: each is rendered once.
        self._items = cache(self._render_links)
        self.env = CompiledEnvironment(addresses)
        self.env.globals.update(
            asset=assets.url,
            picture_size=assets.picture_size,
            csrf_field=_csrf_field,
            key_field=_key_field,
            described_by=described_by,
            live=live,
            live_check_url=lambda form: live_check_url(_current.get(), form),
            most_mails={"awaited": awaited(""), "receipts": receipt("")},
        )

    def add_filter(self, name: str, function: Callable[..., Any]) -> None:
        """Register a template filter."""
        self.env.filters[name] = function

    def links_of(self, space: str) -> list[Link]:
        """Return all the links in the menus of a space."""
        found = (self._menus.spaces or {})[space]
        return [*found.nav, *found.account]

    def render(self, request: Request, template: str, context: Mapping[str, Any]) -> str:
        """Render a page or a fragment."""
        token = _current.set(request)
        try:
            return self.env.get_template(template).render(context)
        finally:
            _current.reset(token)

    def page(self, request: Request, status: int) -> Page:
        """Return the `page` variable of a full page; takes the browser's notice."""
        state = request.scope.get("state", {})
        path = path_of(request)
        space = (self._menus.spaces or {}).get(state.get("space", ""))
        home, account, nav = (space.home, space.account, space.nav) if space else ("", (), ())
        old = old_form_of(request)
        return Page(
            path=path,
            has_errors=status >= 400 or (old is not None and not old.is_kept),
            signed_in=state.get("signed_in"),
            flash=(self._menus.notices or {}).get(request.browser.flash.take() or ""),
            banner=self._menus.banner,
            session_idle_minutes=state.get("session_idle_minutes"),
            extend_url=state.get("extend_url", ""),
            idle_ends_at=_idle_ends_at(request),
            session_ends_at=state.get("session_ends_at"),
            main=self.links(link.at(path, "/") for link in self._menus.main if not space),
            footer=self.links(link.at(path, link.url) for link in self._menus.footer),
            account=self.links(link.at(path, link.url) for link in account),
            nav=self.links(link.at(path, home) for link in nav),
            space=space,
            old_form=old,
        )

    def links(self, links: Iterable[Link]) -> Markup:
        """Render the items of a menu."""
        return self._items(tuple(links))

    def _render_links(self, links: Sequence[Link]) -> Markup:
        return Markup(self.env.get_template("layout/_links.html").render(links=links))  # noqa: S704 - escaped


def render(
    request: Request,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Respond with the page or, for htmx, with its `fragment`."""
    templates: Templates = request.app.state.templates
    values = dict(context or {})
    if fragment is not None and wants_fragment(request):
        text = templates.render(request, fragment, values)
    else:
        text = templates.render(
            request, template, {**values, "page": templates.page(request, status)}
        )
    headers = {"Vary": "HX-Request"} if fragment is not None else None
    return HTMLResponse(text, status, headers)


def path_of(request: Request) -> str:
    """Return the request's path, quoted for a link that cannot lead to another site."""
    path: str = request.scope["path"]
    return quote("/" + path.lstrip("/\\"), errors="replace")


def wants_fragment(request: Request) -> bool:
    """Return whether htmx sent the request."""
    return request.headers.get("hx-request") == "true"


def _idle_ends_at(request: Request) -> datetime | None:
    minutes = request.scope.get("state", {}).get("session_idle_minutes")
    return request.runtime.clock.now() + timedelta(minutes=minutes) if minutes else None


def _csrf_field() -> Markup:
    return _hidden(CSRF_FIELD, _current.get().browser.csrf_token())


def _key_field() -> Markup:
    request = _current.get()
    old = old_form_of(request)
    kept = old.key if old else ""
    return _hidden(KEY_FIELD, kept or new_token(request.app.state.runtime.randomness))


def _hidden(name: str, value: str) -> Markup:
    return HIDDEN_NAME + name + HIDDEN_VALUE + value + HIDDEN_END
