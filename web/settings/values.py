"""Parsing of the values of settings: keys, addresses, URLs."""

from __future__ import annotations

import base64
import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

NIR_KEY_BYTES = 32
NOT_TEXT = "doit être du texte en UTF-8"


def parse_keys(text: str) -> dict[str, bytes]:
    """Parse `id:base64,id:base64` into 32-byte keys by id. Raises ValueError with the reason."""
    keys: dict[str, bytes] = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        identifier, _, encoded = item.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise ValueError("doit être de la forme id:base64,id:base64") from error
        if not identifier.isalnum() or len(identifier) > 16 or len(key) != NIR_KEY_BYTES:
            raise ValueError(
                "doit donner à chaque clé un identifiant court et "
                f"{NIR_KEY_BYTES}\u00a0octets en base64"
            )
        if identifier in keys:
            raise ValueError("donne deux fois le même identifiant de clé")
        keys[identifier] = key
    if not keys:
        raise ValueError("doit contenir au moins une clé")
    return keys


def parse_host(bind: str) -> str:
    """Return the host of `host:port`, without the brackets of IPv6."""
    return bind.rpartition(":")[0].strip("[]")


def is_address(text: str) -> bool:
    """Return whether `text` is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def one_email(text: str) -> str:
    """Return an e-mail address. Raises ValueError for anything else, or for several."""
    local, _, domain = text.partition("@")
    if not local or not domain or re.search(r"[\s,;<>@]", local + domain):
        raise ValueError("doit contenir une adresse courriel, et une seule")
    return text


def is_loopback(host: str) -> bool:
    """Return whether `host` is a loopback address or `localhost`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def encoded(text: str) -> bytes:
    """Return the text in UTF-8. Raises ValueError for bytes of the environment that are not."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        # Bytes that are not UTF-8: Python decodes the environment with surrogateescape.
        raise ValueError(NOT_TEXT) from error


def split_url(url: str) -> SplitResult:
    """Split a URL; return empty parts when its host or port is invalid."""
    return urlsplit(url if has_sound_port(url) else "")


def has_sound_port(url: str) -> bool:
    """Return whether the URL has no port, or one that can be connected to."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False
