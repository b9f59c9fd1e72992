"""The kind of device that a User-Agent header names, deliberately coarse."""

from __future__ import annotations

UNKNOWN_DEVICE = "Appareil non reconnu"
READ_CHARACTERS = 512

_TEXT_BROWSERS = ("w3m/", "Lynx/", "ELinks/", "Links ")
# The first match wins: Edge and Opera also claim to be Chrome, and all claim to be Safari.
_BROWSERS = (
    (("Edg/", "EdgA/", "EdgiOS/"), "Edge"),
    (("OPR/", "OPiOS/"), "Opera"),
    (("SamsungBrowser/",), "Samsung Internet"),
    (("Firefox/", "FxiOS/"), "Firefox"),
    (("Chrome/", "CriOS/", "Chromium/"), "Chrome"),
    (("Safari/",), "Safari"),
    (_TEXT_BROWSERS, "Navigateur en mode texte"),
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


def is_text_browser(user_agent: str) -> bool:
    """Return whether the browser shows text alone, and has no more than a simple cache."""
    return any(mark in user_agent[:READ_CHARACTERS] for mark in _TEXT_BROWSERS)


def _first(rules: tuple[tuple[tuple[str, ...], str], ...], text: str) -> str:
    return next((name for marks, name in rules if any(mark in text for mark in marks)), "")
