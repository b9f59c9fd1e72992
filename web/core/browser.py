"""The cookie that names a browser by a random token, and what hangs on it.

The token is made the first time a page needs it, and rotated when a registration begins, at login
and at logout. The server keeps its hash only. The anti-forgery token is derived from it, so that a
form costs no query, and is masked anew in each answer, so that compression tells nothing about it.

Whoever presses a button twice may have the new token between the two, with the form still made for
the one before. That one therefore stays a minute in a cookie beside, and serves for one thing: the
exact copy of the request that replaced it, sent by the browser that has the new one, is answered as
if it had come before. It can only give that browser the token it has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hmac import compare_digest

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.core.clock import Randomness
from web.core.crypto import DIGEST_BYTES, Hasher
from web.core.device_cookie import LIFETIME_SECONDS, DeviceCookie, device_cookie_name
from web.core.origins import may_set_cookies
from web.core.tokens import decoded, encoded, looks_like_token, new_token, token_hash

CSRF_FIELD = "csrf"
# Still written with its padding, as in the forms that are open while a new version starts.
CSRF_PADDING = "=="
NOTICE_SECONDS = 60
COPY_SECONDS = 60


class Browser:
    """The browser that sent a request, as far as its cookies tell."""

    def __init__(
        self,
        cookies: Mapping[str, str],
        secure: bool,
        hasher: Hasher,
        randomness: Randomness,
        *,
        may_set_cookies: bool = True,
    ) -> None:
        token = cookies.get(cookie_name(secure), "")
        self._received = token if looks_like_token(token) else None
        self._sent_as = self._received
        self._token = self._received
        self._earlier = cookies.get(earlier_name(secure), "")
        self._said: str | None = None
        self._notice = cookies.get(notice_name(secure))
        self._new_notice: str | None = None
        self.devices = DeviceCookie(cookies.get(device_cookie_name(secure), ""))
        self._secure = secure
        self._hasher = hasher
        self._randomness = randomness
        self._may_set_cookies = may_set_cookies

    @property
    def can_send_forms(self) -> bool:
        """Return whether this browser has the cookie that a form needs, or gets it now."""
        return self.is_known or self._may_set_cookies

    @property
    def is_known(self) -> bool:
        """Whether the browser came with a token: without one it has nothing with us."""
        return self._sent_as is not None

    @property
    def token(self) -> str:
        """The token, made now if there is none."""
        if self._token is None:
            self._token = new_token(self._randomness)
        return self._token

    @property
    def digest(self) -> bytes:
        """What the database knows this browser by."""
        return token_hash(self.token)

    def successor(self) -> str:
        """A token that nobody knew before; for the copy of a request, the one that it was given."""
        given = self._received if self._received != self._sent_as else None
        return given or new_token(self._randomness)

    def rotate(self) -> None:
        """Give the browser a new token: what hung on the old one is left behind."""
        self.become(self.successor())

    def become(self, token: str) -> None:
        """Give the browser this token, made for it."""
        self._token = token

    def csrf_token(self) -> str:
        """The anti-forgery token, under a mask of its own for this answer."""
        is_new = self.token != self._sent_as
        held = self.token if is_new else self._received or self.token
        mask = self._randomness.bytes(DIGEST_BYTES)
        plain = self._hasher.digest("csrf", held)
        return encoded(mask + _xor(mask, plain)) + CSRF_PADDING

    def accepts(self, csrf_token: str, said: str) -> bool:
        """Whether a form that says this was made for this browser.

        The copy of the request that gave it its token is answered as that request was.
        """
        if self._received is None:
            return False
        plain, fits = _unmasked(csrf_token), self._hasher.matches
        earlier, _, mark = self._earlier.partition(".")
        if not fits("csrf", self._received, plain):
            if not looks_like_token(earlier) or not fits("csrf", earlier, plain):
                return False
            wanted = self._mark(earlier, self._received, said)
            if not compare_digest(mark.encode(), wanted.encode()):
                return False
            self._token = self._sent_as = earlier
        self._said = said
        self._may_set_cookies = True
        return True

    def notify(self, code: str) -> None:
        """Leave a notice (a code, never a text) for the next page this browser shows."""
        self._new_notice = code

    def take_notice(self) -> str | None:
        """The notice left for this page, if it is one of ours; it is shown once."""
        code, _, signature = (self._notice or "").partition(".")
        if not code or not compare_digest(self._sign(code).encode(), signature.encode()):
            return None
        if self._new_notice is None:
            self._new_notice = ""
        return code

    def cookies(self) -> list[str]:
        """The Set-Cookie headers that this answer needs.

        None for what another site may have sent: it must not replace the browser's own.
        """
        if not self._may_set_cookies:
            return []
        headers = []
        if self._token is not None and self._token != self._sent_as:
            headers.append(self._cookie(cookie_name, self._token))
            if self._sent_as is not None and self._said is not None:
                mark = self._mark(self._sent_as, self._token, self._said)
                headers.append(self._cookie(earlier_name, f"{self._sent_as}.{mark}", COPY_SECONDS))
        if self._new_notice is not None:
            value = f"{self._new_notice}.{self._sign(self._new_notice)}"
            lifetime = NOTICE_SECONDS if self._new_notice else 0
            headers.append(self._cookie(notice_name, value, lifetime))
        if self.devices.value_to_set is not None:
            kept = self.devices.value_to_set
            headers.append(self._cookie(device_cookie_name, kept, LIFETIME_SECONDS))
        return headers

    def _cookie(
        self, name_of: Callable[[bool], str], value: str, lifetime: int | None = None
    ) -> str:
        age = "" if lifetime is None else f"; Max-Age={lifetime}"
        secure = "; Secure" if self._secure else ""
        return f"{name_of(self._secure)}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}"

    def _mark(self, earlier: str, newer: str, said: str) -> str:
        return self._hasher.digest("copy", f"{earlier}\x00{newer}\x00{said}").hex()[:32]

    def _sign(self, code: str) -> str:
        return self._hasher.digest("notice", code).hex()[:32]


def browser_of(request: Request) -> Browser:
    """The browser that sent this request."""
    browser: Browser = request.scope["browser"]
    return browser


def cookie_name(secure: bool) -> str:
    """`__Host-` where the cookie is Secure; browsers refuse the prefix on plain http."""
    return "__Host-compte" if secure else "compte"


def notice_name(secure: bool) -> str:
    """The cookie that carries a one-page notice."""
    return "__Host-avis" if secure else "avis"


def earlier_name(secure: bool) -> str:
    """The cookie that remembers, for a minute, the token before and what replaced it."""
    return "__Host-avant" if secure else "avant"


class BrowserMiddleware:
    """Reads the cookies of a request and writes those of its answer."""

    def __init__(
        self, app: ASGIApp, *, hasher: Hasher, randomness: Randomness, secure: bool, origin: str
    ) -> None:
        self._app = app
        self._hasher = hasher
        self._randomness = randomness
        self._secure = secure
        self._origin = origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the browser in the scope, its cookies on the answer."""
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
        # As browsers write them: another site's cookie on our name, odd as it may be, hides none.
        cookies = cookie_parser(headers.get("cookie", ""))
        return Browser(
            cookies,
            self._secure,
            self._hasher,
            self._randomness,
            may_set_cookies=may_set_cookies(method, headers, self._origin),
        )


def _unmasked(csrf_token: str) -> bytes:
    """What a form's token hides under its mask; nothing for what is none."""
    if not csrf_token.endswith(CSRF_PADDING):
        return b""
    masked = decoded(csrf_token.removesuffix(CSRF_PADDING), 2 * DIGEST_BYTES)
    return b"" if masked is None else _xor(masked[:DIGEST_BYTES], masked[DIGEST_BYTES:])


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left) ^ int.from_bytes(right)).to_bytes(DIGEST_BYTES)
