"""An account of each kind."""

from __future__ import annotations

from tests.support.logins.each_kind import account, kind

__all__ = ["account", "kind"]
