"""The request, with the context that handlers need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cached_property, wraps

from starlette.datastructures import FormData
from starlette.requests import Request as StarletteRequest
from starlette.responses import RedirectResponse, Response

from web.core.crypto.tokens import encoded, new_token, token_hash
from web.core.db.command import AlreadyDoneError, Answer, Command, Rotation, check_not_done
from web.core.http.browser.browser import Browser
from web.core.http.browser.client_address import client_address
from web.core.http.browser.device_kind import device_kind
from web.core.http.browser.networks import ClientAddress
from web.core.http.forms.idempotency import request_fingerprint
from web.core.runtime import Runtime


class Request(StarletteRequest):
    """A request; its application, browser and form are those of the scope."""

    @property
    def runtime(self) -> Runtime:
        """The runtime of the application that serves this request."""
        runtime: Runtime = self.app.state.runtime
        return runtime

    def path(self, name: str, /, **parameters: object) -> str:
        """Return the path of the route of this name; see Addresses.path."""
        return self.runtime.addresses.path(name, **parameters)

    @property
    def browser(self) -> Browser:
        """The browser that sent this request, as identified by its cookies."""
        browser: Browser = self.scope["browser"]
        return browser

    @property
    def posted(self) -> FormData:
        """The fields of this POST, parsed and checked by FormGuard."""
        form: FormData = self.scope["form"]
        return form

    @property
    def device(self) -> str:
        """The kind of device that sent this request, like « Firefox sur Windows »."""
        return device_kind(self.headers.get("user-agent", ""))

    @property
    def address(self) -> ClientAddress:
        """The network address that this request counts against."""
        return client_address(self, self.runtime.settings.trusted_proxies)

    @cached_property
    def digest(self) -> bytes:
        """The keyed digest of this browser's POST, the same for each copy of it."""
        fingerprint = request_fingerprint(self.scope["path"], self.posted)
        text = f"{self.browser.token}\x00{fingerprint}"
        return self.runtime.hasher.digest("idempotency", text)

    @property
    def next_token(self) -> str:
        """The session token that follows this POST, for a session that it rotates."""
        return encoded(self.derive("next session token"))

    def derive(self, use: str) -> bytes:
        """Return 32 secret bytes for this POST and `use`, the same for each copy of the POST."""
        return self.runtime.hasher.digest(use, self.digest.hex())

    def command(self, url: str, notice: str = "", *, rotates: bool = False) -> Command:
        """Return the command of this POST, whose answer is a redirect to `url`."""
        return Command(
            self.digest,
            Answer(url, notice, rotates),
            self.device,
            self.address,
            Rotation(self.browser.digest, token_hash(self.next_token)),
        )

    def answer(self, answer: Answer) -> Response:
        """Return the redirect that answers a command."""
        if answer.rotates:
            self.browser.set_token(self.next_token)
        return self.redirect(answer.url, answer.notice)

    def redirect(self, url: str, notice: str = "") -> Response:
        """Return a redirect to a page, which shows the notice if one is given."""
        if notice:
            self.notify(notice)
        return RedirectResponse(self._uncached(url), 303)

    def _uncached(self, url: str) -> str:
        """Return the URL of a redirect; for the browser Links, one that is not in its cache.

        Links shows its cached page of a URL, even after a POST and despite `no-store`.
        """
        if self.method != "POST" or not self.headers.get("user-agent", "").startswith("Links "):
            return url
        page, mark, fragment = url.partition("#")
        query = "&" if "?" in page else "?"
        return f"{page}{query}vu={new_token(self.runtime.randomness)[:8]}{mark}{fragment}"

    async def check_not_done(self) -> None:
        """Check that no copy of this POST was carried out yet. Raises AlreadyDoneError."""
        await check_not_done(self.runtime.db, self.digest)

    def notify(self, code: str) -> None:
        """Show a notice (a code, never a text) on the next page shown in this browser."""
        self.browser.flash.put(code)


Handler = Callable[[Request], Awaitable[Response]]
Endpoint = Callable[[StarletteRequest], Awaitable[Response]]


def with_context(handler: Handler) -> Endpoint:
    """Return the Starlette endpoint of a handler; a late copy of a POST gets the first answer."""

    @wraps(handler)
    async def endpoint(starlette_request: StarletteRequest) -> Response:
        request = Request(starlette_request.scope, starlette_request.receive)
        try:
            return await handler(request)
        except AlreadyDoneError as error:
            # This copy did nothing: its hits do not count.
            await request.runtime.limits.give_back_all()
            return request.answer(error.answer)

    return endpoint
