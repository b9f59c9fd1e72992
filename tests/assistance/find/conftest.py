"""An account of each kind."""

from __future__ import annotations

from tests.support.logins.each_kind import account, elsewhere, kind

__all__ = ["account", "elsewhere", "kind"]
