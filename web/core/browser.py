"""The browser cookie: a random token, and the CSRF tokens tied to it.

The token is created the first time a page needs it, and rotated when a registration begins, at
login and at logout. The server stores its hash only. The CSRF token is derived from it, so that a
form costs no query, and is masked differently in each response (a defence against BREACH).

On a double click, the second request may carry the new token with a form made for the previous
one. The previous token is therefore kept for a minute in a second cookie, for one purpose: an exact
copy of the request that rotated it, sent by the browser that holds the new token, is answered as
the first copy was. It can only give that browser the token it already has.
"""

from __future__ import annotations

from collections.abc import Mapping
from hmac import compare_digest

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.core.clock import Randomness
from web.core.cookies import Cookie
from web.core.crypto import DIGEST_BYTES, Hasher
from web.core.device_cookie import DEVICE_COOKIE, DeviceCookie
from web.core.flash import FLASH_COOKIE, Flash
from web.core.origins import may_set_cookies
from web.core.tokens import decoded, encoded, looks_like_token, new_token, token_hash

CSRF_FIELD = "csrf"
# Kept padded, so that forms open during a deployment stay valid.
CSRF_PADDING = "=="
TOKEN_COOKIE = Cookie("compte")
# The previous token, bound to the new one.
EARLIER_COOKIE = Cookie("avant", 60)


class Browser:
    """The browser that sent a request, as identified by its cookies."""

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
        self._presented_token = self._received
        self._token = self._received
        self._earlier = EARLIER_COOKIE.read(cookies, secure)
        self._fingerprint: str | None = None
        self.flash = Flash(FLASH_COOKIE.read(cookies, secure), hasher)
        self.devices = DeviceCookie(DEVICE_COOKIE.read(cookies, secure))
        self._secure = secure
        self._hasher = hasher
        self._randomness = randomness
        self._may_set_cookies = may_set_cookies

    @property
    def can_send_forms(self) -> bool:
        """Return whether this browser has the cookie that a form needs, or can be given it now."""
        return self.is_known or self._may_set_cookies

    @property
    def is_known(self) -> bool:
        """Return whether the request carried a token; without one, no data belongs to it."""
        return self._presented_token is not None

    @property
    def token(self) -> str:
        """The token, created if there is none yet."""
        if self._token is None:
            self._token = new_token(self._randomness)
        return self._token

    @property
    def digest(self) -> bytes:
        """The token's hash, by which the database identifies this browser."""
        return token_hash(self.token)

    def replacement_token(self) -> str:
        """Return a fresh token; for a copy of a request, the token given to the first copy."""
        given = self._received if self._received != self._presented_token else None
        return given or new_token(self._randomness)

    def rotate(self) -> None:
        """Give the browser a new token, which nothing stored under the old one follows."""
        self.set_token(self.replacement_token())

    def set_token(self, token: str) -> None:
        """Set the browser's token."""
        self._token = token

    def csrf_token(self) -> str:
        """Return the CSRF token, masked for this response alone."""
        is_new = self.token != self._presented_token
        seed = self.token if is_new else self._received or self.token
        mask = self._randomness.bytes(DIGEST_BYTES)
        plain = self._hasher.digest("csrf", seed)
        return encoded(mask + _xor(mask, plain)) + CSRF_PADDING

    def accepts(self, csrf_token: str, fingerprint: str) -> bool:
        """Return whether the CSRF token is this browser's; `fingerprint` identifies the request.

        An exact copy of the request that rotated the token is accepted under the previous one.
        """
        if self._received is None:
            return False
        plain, matches = _unmasked(csrf_token), self._hasher.matches
        earlier, _, mark = self._earlier.partition(".")
        if not matches("csrf", self._received, plain):
            if not looks_like_token(earlier) or not matches("csrf", earlier, plain):
                return False
            wanted = self._mark(earlier, self._received, fingerprint)
            if not compare_digest(mark.encode(), wanted.encode()):
                return False
            self._token = self._presented_token = earlier
        self._fingerprint = fingerprint
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
            (TOKEN_COOKIE, self._token if self._token != self._presented_token else None),
            (EARLIER_COOKIE, self._earlier_to_set()),
            (FLASH_COOKIE, self.flash.value_to_set),
            (DEVICE_COOKIE, self.devices.value_to_set),
        ]
        return [cookie.header(value, self._secure) for cookie, value in values if value is not None]

    def _earlier_to_set(self) -> str | None:
        earlier, newer = self._presented_token, self._token
        if earlier is None or newer is None or newer == earlier or self._fingerprint is None:
            return None
        return f"{earlier}.{self._mark(earlier, newer, self._fingerprint)}"

    def _mark(self, earlier: str, newer: str, fingerprint: str) -> str:
        return self._hasher.digest("copy", f"{earlier}\x00{newer}\x00{fingerprint}").hex()[:32]


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


def _unmasked(csrf_token: str) -> bytes:
    """Return the digest under the mask; b"" for a malformed token."""
    if not csrf_token.endswith(CSRF_PADDING):
        return b""
    masked = decoded(csrf_token.removesuffix(CSRF_PADDING), 2 * DIGEST_BYTES)
    return b"" if masked is None else _xor(masked[:DIGEST_BYTES], masked[DIGEST_BYTES:])


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left) ^ int.from_bytes(right)).to_bytes(DIGEST_BYTES)
