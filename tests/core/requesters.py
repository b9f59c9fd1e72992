"""Requests of a given address and browser."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager

from web.core.http import requester as requesters
from web.core.http.browser.networks import counted
from web.core.http.requester import Requester


@contextmanager
def as_requester(address: str, browser: str = "") -> Iterator[None]:
    """Set the current requester, as the middleware does around a request."""
    token = requesters._current.set(Requester(counted(ipaddress.ip_address(address)), browser))
    yield
    requesters._current.reset(token)
