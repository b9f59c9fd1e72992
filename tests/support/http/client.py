"""A browser without scripts: keeps cookies, submits forms as written, audits every page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import TracebackType
from xml.etree.ElementTree import Element

import httpx
from starlette.applications import Starlette

from tests.support.pages.audit import audit, parse
from tests.support.pages.kept_pages import is_full_page
from tests.support.pages.tree import text_of

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Page:
    """An answer, with accessors for its visible content."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.url = response.request.url.raw_path.decode()
        self.is_html = response.headers.get("content-type", "").startswith("text/html")

    @cached_property
    def dom(self) -> Element | None:
        """The tree of an HTML answer, parsed on demand."""
        return parse(self.response.text) if self.is_html else None

    @property
    def html(self) -> str:
        """The source."""
        return self.response.text

    @property
    def text(self) -> str:
        """The visible text, spaces folded, no-break spaces replaced."""
        return self._text_of("body")

    @property
    def main(self) -> str:
        """The visible text of <main>, which lacks the hour until which the session stays open."""
        return self._text_of("main")

    def _text_of(self, name: str) -> str:
        assert self.dom is not None, f"{self.url} is no page"
        element = self.dom.find(f".//{name}")
        words = "".join((element if element is not None else self.dom).itertext())
        return " ".join(words.split())

    @property
    def title(self) -> str:
        """The document's title."""
        assert self.dom is not None
        return self.dom.findtext(".//title") or ""

    @property
    def location(self) -> str:
        """The target of a redirect."""
        return self.response.headers["location"]

    def leads_to_login(self, login: str) -> bool:
        """Return whether it redirects to this login, or lists what was typed and links there."""
        if self.status == 303:
            return self.location.startswith(login)
        link = f'class="button" href="{login}'
        return (
            self.status == 403 and "Votre session est terminée" in self.title and link in self.html
        )

    @property
    def summary(self) -> dict[str, str]:
        """The lines of the error summary: the field each links to, and its message."""
        assert self.dom is not None
        [box] = (node for node in self.dom.iter("div") if node.get("class") == "summary")
        return {(link.get("href") or "").removeprefix("#"): text_of(link) for link in box.iter("a")}

    def error_of(self, field: str) -> str:
        """The error message beside a field; '' without one."""
        assert self.dom is not None
        for node in self.dom.iter():
            if node.get("id") == f"{field}-error":
                return text_of(node)
        return ""

    def described(self) -> dict[str, str]:
        """The description lists: each term and its description."""
        assert self.dom is not None
        return {
            (div.findtext("dt") or "").strip(): text_of(said)
            for div in self.dom.iter("div")
            if (said := div.find("dd")) is not None
        }

    def values(self, action: str | None = None) -> dict[str, str]:
        """The values that the unchanged form would send; the first form, or that of an action."""
        form = self.form(action)
        found: dict[str, str] = {}
        for node in form.iter():
            name, kind = node.get("name"), node.get("type", "text")
            if name is None or node.tag == "button" or kind == "submit":
                continue
            if node.tag == "textarea":
                found[name] = node.text or ""
            elif node.tag == "select":
                chosen = [o for o in node.iter("option") if o.get("selected") is not None]
                found[name] = (chosen or list(node.iter("option")))[0].get("value") or ""
            elif kind not in ("checkbox", "radio") or node.get("checked") is not None:
                found[name] = node.get("value", "on" if kind == "checkbox" else "")
        return found

    def form(self, action: str | None = None) -> Element:
        """A POST form of the page."""
        assert self.dom is not None
        forms = [
            form
            for form in self.dom.iter("form")
            if form.get("method") == "post"
            and not (form.get("action") or "").endswith("/deconnexion")
        ]
        if action is not None:
            forms = [f for f in self.dom.iter("form") if f.get("action") == action]
        assert forms, f"no form {action or ''} on {self.url}"
        return forms[0]


class Client:
    """Sends requests to the application in this process."""

    def __init__(self, app: Starlette, *, address: str = "203.0.113.7") -> None:
        self.app = app
        self._public_url = app.state.runtime.settings.public_url
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, client=(address, 1234), raise_app_exceptions=True),
            base_url=self._public_url,
            headers={"Sec-Fetch-Site": "same-origin", "Accept-Encoding": "identity"},
        )

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.http.aclose()

    def carry(self, **cookies: str) -> None:
        """Add these cookies to the browser."""
        for name, text in cookies.items():
            self.http.cookies.set(name, text, domain="127.0.0.1", path="/")

    async def get(self, path: str, *, htmx: bool = False, follow: bool = True) -> Page:
        """Open an address."""
        response = await self.http.get(path, headers=HTMX if htmx else {}, follow_redirects=follow)
        return self._audited(response)

    async def post(
        self, path: str, fields: Mapping[str, str], *, htmx: bool = False, follow: bool = True
    ) -> Page:
        """Send exactly these fields."""
        response = await self.http.post(
            path, data=dict(fields), headers=HTMX if htmx else {}, follow_redirects=follow
        )
        return self._audited(response)

    async def submit(
        self,
        page: Page,
        fields: Mapping[str, str] | None = None,
        *,
        action: str | None = None,
        htmx: bool = False,
        follow: bool = True,
    ) -> Page:
        """Fill a form of the page and press its button; fields set to '' are sent empty."""
        target = page.form(action).get("action") or page.url
        values = {**page.values(action), **(fields or {})}
        return await self.post(target, values, htmx=htmx, follow=follow)

    async def press_twice(
        self, page: Page, fields: Mapping[str, str] | None = None, *, action: str | None = None
    ) -> tuple[Page, Page]:
        """Send the form, then again with the cookies of the first answer; return both answers."""
        first = await self.submit(page, fields, action=action, follow=False)
        return first, await self.submit(page, fields, action=action, follow=False)

    def _audited(self, response: httpx.Response) -> Page:
        for step in response.history:
            audit(step)
        audit(response)
        page = Page(response)
        if page.is_html and response.text and not is_full_page(response.text):
            assert "HX-Request" in response.headers.get("vary", ""), page.url
        return page
