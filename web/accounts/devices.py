"""The device that sent a request: its kind, and its device tokens.

The kind is coarse on purpose, and never the User-Agent header itself.
"""

from __future__ import annotations

import base64

from starlette.requests import Request

from web.accounts.known_devices import Device
from web.core.browser import browser_of
from web.core.runtime import runtime_of
from web.core.session_rotation import derive_for_request

UNKNOWN_DEVICE = "Appareil non reconnu"
READ_CHARACTERS = 512

# The first match wins: Edge and Opera also claim to be Chrome, and all claim to be Safari.
_BROWSERS = (
    (("Edg/", "EdgA/", "EdgiOS/"), "Edge"),
    (("OPR/", "OPiOS/"), "Opera"),
    (("SamsungBrowser/",), "Samsung Internet"),
    (("Firefox/", "FxiOS/"), "Firefox"),
    (("Chrome/", "CriOS/", "Chromium/"), "Chrome"),
    (("Safari/",), "Safari"),
    (("w3m/", "Lynx/", "ELinks/", "Links "), "Navigateur en mode texte"),
)
_SYSTEMS = (
    (("iPhone",), "iPhone"),
    (("iPad",), "iPad"),
    (("Android",), "Android"),
    (("CrOS",), "ChromeOS"),
    (("Windows",), "Windows"),
    (("Macintosh", "Mac OS X"), "Mac"),
    (("Linux", "X11"), "Linux"),
)


def device_kind(user_agent: str) -> str:
    """Return a device kind like « Firefox sur Windows », one of a few dozen."""
    start = user_agent[:READ_CHARACTERS]
    browser, system = _first(_BROWSERS, start), _first(_SYSTEMS, start)
    if browser and system:
        return f"{browser} sur {system}"
    if system:
        return f"Autre navigateur sur {system}"
    return browser or UNKNOWN_DEVICE


def device_of(request: Request) -> str:
    """Return the kind of device that sent this request."""
    return device_kind(request.headers.get("user-agent", ""))


def read_device(request: Request) -> Device:
    """Return the browser that sent this POST, with the digests of its tokens and of a new one.

    Call it before the session token changes: the new device token derives from it.
    """
    return Device(device_of(request), shown_devices(request), _digest(request, _offered(request)))


def shown_devices(request: Request) -> tuple[bytes, ...]:
    """Return the digests of the device tokens that this request carries."""
    return tuple(_digest(request, token) for token in browser_of(request).devices.tokens)


def keep_device(request: Request, device: Device, known_by: bytes) -> None:
    """Set, or renew for a year, the device token of the account that was just opened.

    `known_by` is its digest, one of those of `device`.
    """
    tokens = browser_of(request).devices.tokens
    token = dict(zip(device.shown, tokens, strict=True)).get(known_by) or _offered(request)
    browser_of(request).devices.keep(token)


def _offered(request: Request) -> str:
    material = derive_for_request(request, "device token")
    return base64.urlsafe_b64encode(material).rstrip(b"=").decode()


def _digest(request: Request, token: str) -> bytes:
    return runtime_of(request).hasher.digest("device", token)


def _first(rules: tuple[tuple[tuple[str, ...], str], ...], text: str) -> str:
    return next((name for marks, name in rules if any(mark in text for mark in marks)), "")
