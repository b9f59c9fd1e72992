"""What an e-mailed link to choose a password can still do."""

from __future__ import annotations

import enum


class LinkState(enum.Enum):
    """What a link can still do; each but the first has its page."""

    OPEN = "open"
    USED = "used"
    REPLACED = "replaced"
    PASSWORD_CHANGED = "password changed"  # noqa: S105 - a state
    ADDRESS_CHANGED = "address changed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
