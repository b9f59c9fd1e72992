"""The origin of a request, as proved by its headers."""

from __future__ import annotations

from enum import Enum, auto

from starlette.datastructures import Headers

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Origin(Enum):
    """The site that sent a request; UNKNOWN when its headers prove nothing."""

    OURS = auto()
    FOREIGN = auto()
    UNKNOWN = auto()


def origin_of(headers: Headers, ours: str) -> Origin:
    """Return the origin by Sec-Fetch-Site, else by Origin; `ours` is the origin of PUBLIC_URL.

    Sec-Fetch-Site cannot be forged in browsers that support it. Older ones send the Origin "null"
    for our own forms, because of our `Referrer-Policy: no-referrer`, and text browsers send none:
    neither proves anything. Referer proves nothing either: some text browsers send the requested
    URL in it.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return {"same-origin": Origin.OURS, "none": Origin.UNKNOWN}.get(site, Origin.FOREIGN)
    origin = headers.get("origin", "null")
    if origin == ours:
        return Origin.OURS
    return Origin.UNKNOWN if origin == "null" else Origin.FOREIGN


def may_set_cookies(method: str, headers: Headers, ours: str) -> bool:
    """Return whether a response may set cookies before the CSRF token has been checked.

    SameSite withholds our cookies from requests caused by other sites: a response that set one
    would replace the session's. A link followed from another site does send them.
    """
    origin = origin_of(headers, ours)
    if method not in SAFE_METHODS:
        return origin is Origin.OURS
    if origin is not Origin.FOREIGN or "sec-fetch-site" not in headers:
        return True
    return headers.get("sec-fetch-dest") == "document"
