"""The states of an e-mailed link to choose a password."""

from __future__ import annotations

import enum


class LinkState(enum.Enum):
    """The state of a link; each one except OPEN has its own page."""

    OPEN = "open"
    USED = "used"
    REPLACED = "replaced"
    PASSWORD_CHANGED = "password changed"  # noqa: S105 - a state
    ADDRESS_CHANGED = "address changed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class LinkError(Exception):
    """The link is not open: nothing was done."""

    def __init__(self, state: LinkState) -> None:
        super().__init__(state.value)
        self.state = state
