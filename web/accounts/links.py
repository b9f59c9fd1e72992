"""The states of an e-mailed link to choose a password."""

from __future__ import annotations

import enum


class LinkState(enum.Enum):
    """Whether a link still works, or why not; each state but the first has its page."""

    OPEN = "open"
    USED = "used"
    REPLACED = "replaced"
    PASSWORD_CHANGED = "password changed"  # noqa: S105 - a state
    ADDRESS_CHANGED = "address changed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
