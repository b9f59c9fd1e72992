"""The device tokens that a request carries, and those set by its response."""

from __future__ import annotations

import base64

from web.auth.sessions.known_devices import Device
from web.core.http.request import Request


def read_device(request: Request) -> Device:
    """Return the browser that sent this POST, with the digests of its tokens and of a new one.

    Call it before the session token changes: the new device token derives from it.
    """
    return Device(request.device, shown_devices(request), _digest(request, _offered(request)))


def shown_devices(request: Request) -> tuple[bytes, ...]:
    """Return the digests of the device tokens that this request carries."""
    return tuple(_digest(request, token) for token in request.browser.devices.tokens)


def keep_device(request: Request, device: Device, known_by: bytes) -> None:
    """Set, or renew for a year, the device token of the account that was just opened.

    `known_by` is its digest, one of those of `device`.
    """
    tokens = request.browser.devices.tokens
    token = dict(zip(device.shown, tokens, strict=True)).get(known_by) or _offered(request)
    request.browser.devices.keep(token)


def _offered(request: Request) -> str:
    material = request.derive("device token")
    return base64.urlsafe_b64encode(material).rstrip(b"=").decode()


def _digest(request: Request, token: str) -> bytes:
    return request.runtime.hasher.digest("device", token)
