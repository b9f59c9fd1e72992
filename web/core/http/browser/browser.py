"""The browser that sent a request: a random token in a cookie, and the cookies that go with it.

The token is created the first time a page needs it, and rotated when a registration begins, at
login and at logout. The server stores its hash only.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.core.clock import Randomness
from web.core.crypto.tokens import looks_like_token, new_token, token_hash
from web.core.crypto.vault import Hasher
from web.core.http.browser.cookies import Cookie
from web.core.http.browser.csrf import EARLIER_COOKIE, Csrf
from web.core.http.browser.device_cookie import DEVICE_COOKIE, DeviceCookie
from web.core.http.browser.flash import FLASH_COOKIE, Flash
from web.core.http.browser.origins import may_set_cookies

TOKEN_COOKIE = Cookie("compte")


class Browser:
    """The browser that sent a request, as identified by its cookies.

    Three tokens: the one received, the one for which the request was made (the previous one, for a
    copy of the request that rotated it), and the one that the response sets, if any.
    """

    def __init__(
        self,
        cookies: Mapping[str, str],
        secure: bool,
        hasher: Hasher,
        randomness: Randomness,
        *,
        may_set_cookies: bool = True,
    ) -> None:
        token = TOKEN_COOKIE.read(cookies, secure)
        self._received = token if looks_like_token(token) else None
        self._presented = self._received
        self._new: str | None = None
        self._earlier = EARLIER_COOKIE.read(cookies, secure)
        # Of a POST whose CSRF token was accepted.
        self._fingerprint: str | None = None
        self.flash = Flash(FLASH_COOKIE.read(cookies, secure), hasher)
        self.devices = DeviceCookie(DEVICE_COOKIE.read(cookies, secure))
        self._csrf = Csrf(hasher, randomness)
        self._secure = secure
        self._randomness = randomness
        self._may_set_cookies = may_set_cookies

    @property
    def can_send_forms(self) -> bool:
        """Return whether this browser has the cookie that a form needs, or can be given it now."""
        return self.is_known or self._may_set_cookies

    @property
    def is_known(self) -> bool:
        """Return whether the request carried a token; without one, no data belongs to it."""
        return self._presented is not None

    @property
    def token(self) -> str:
        """The token, created if there is none yet."""
        token = self._new or self._presented
        if token is None:
            self._new = token = new_token(self._randomness)
        return token

    @property
    def digest(self) -> bytes:
        """The token's hash, by which the database identifies this browser."""
        return token_hash(self.token)

    def replacement_token(self) -> str:
        """Return a fresh token; for a copy of a request, the token given to the first copy."""
        given = self._received if self._received != self._presented else None
        return given or new_token(self._randomness)

    def rotate(self) -> None:
        """Give the browser a new token; data stored under the old one stays there."""
        self.set_token(self.replacement_token())

    def set_token(self, token: str) -> None:
        """Set the browser's token."""
        self._new = token

    @property
    def ended_digest(self) -> bytes:
        """The digest under which this browser's session is found once logged out."""
        return self._csrf.ended_digest(self.token)

    def ended_digest_of_form(self, csrf_token: str) -> bytes:
        """Return the same digest for the session in which a form was made; see Csrf."""
        return self._csrf.ended_digest_of_form(csrf_token)

    def allow_cookies(self) -> None:
        """Let the response set cookies: its form was proved to come from a page of this site."""
        self._may_set_cookies = True

    def csrf_token(self) -> str:
        """Return the CSRF token of the token that the browser will have, for this response."""
        return self._csrf.token(self._new or self._received or self.token)

    def accepts(self, csrf_token: str, fingerprint: str) -> bool:
        """Return whether the CSRF token is this browser's; `fingerprint` identifies the request.

        An exact copy of the request that rotated the token is accepted under the previous one.
        """
        if self._received is None:
            return False
        presented = self._csrf.presented_token(
            csrf_token, self._received, self._earlier, fingerprint
        )
        if presented is None:
            return False
        self._presented, self._fingerprint = presented, fingerprint
        self._may_set_cookies = True
        return True

    def cookies(self) -> list[str]:
        """Return the Set-Cookie values of this response.

        Empty for a request that another site may have caused: SameSite withheld the browser's own
        cookies, and they must not be replaced.
        """
        if not self._may_set_cookies:
            return []
        values = [
            (TOKEN_COOKIE, self._new),
            (EARLIER_COOKIE, self._earlier_to_set()),
            (FLASH_COOKIE, self.flash.value_to_set),
            (DEVICE_COOKIE, self.devices.value_to_set),
        ]
        return [cookie.header(value, self._secure) for cookie, value in values if value is not None]

    def _earlier_to_set(self) -> str | None:
        if self._new is None or self._presented is None or self._fingerprint is None:
            return None
        return self._csrf.earlier(self._presented, self._new, self._fingerprint)


class BrowserMiddleware:
    """Middleware that reads the cookies of each request and sets those of its response."""

    def __init__(
        self, app: ASGIApp, *, hasher: Hasher, randomness: Randomness, secure: bool, origin: str
    ) -> None:
        self._app = app
        self._hasher = hasher
        self._randomness = randomness
        self._secure = secure
        self._origin = origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the browser in the scope and its cookies on the response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        browser = self._read(scope["method"], Headers(scope=scope))
        scope["browser"] = browser

        async def send_with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for cookie in browser.cookies():
                    headers.append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookies)

    def _read(self, method: str, headers: Headers) -> Browser:
        # Parsed leniently: a malformed cookie set by another site must not hide ours.
        cookies = cookie_parser(headers.get("cookie", ""))
        return Browser(
            cookies,
            self._secure,
            self._hasher,
            self._randomness,
            may_set_cookies=may_set_cookies(method, headers, self._origin),
        )
