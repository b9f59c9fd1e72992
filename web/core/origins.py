"""Where a request comes from, as far as its headers prove it."""

from __future__ import annotations

from enum import Enum, auto

from starlette.datastructures import Headers

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Origin(Enum):
    """A page of ours, a page of another site, or nobody can tell."""

    OURS = auto()
    FOREIGN = auto()
    UNKNOWN = auto()


def origin_of(headers: Headers, ours: str) -> Origin:
    """Read Sec-Fetch-Site, else Origin; `ours` is the origin of PUBLIC_URL.

    Browsers that know Sec-Fetch-Site cannot be made to lie about it. Older ones send "null" as the
    Origin of our own forms, because of our `Referrer-Policy: no-referrer`, and browsers of text
    send none: neither proves anything. Referer proves nothing either: some of them send the
    address they ask for.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return {"same-origin": Origin.OURS, "none": Origin.UNKNOWN}.get(site, Origin.FOREIGN)
    origin = headers.get("origin", "null")
    if origin == ours:
        return Origin.OURS
    return Origin.UNKNOWN if origin == "null" else Origin.FOREIGN


def may_set_cookies(method: str, headers: Headers, ours: str) -> bool:
    """Return whether the answer may, before its form is known to be one of this browser's.

    SameSite keeps our cookie back from what other sites make a browser send: an answer that set
    one would replace it, and end the session. A link followed from elsewhere does bring it.
    """
    origin = origin_of(headers, ours)
    if method not in SAFE_METHODS:
        return origin is Origin.OURS
    if origin is not Origin.FOREIGN or "sec-fetch-site" not in headers:
        return True
    return headers.get("sec-fetch-dest") == "document"
